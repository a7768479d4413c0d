import { RandomPool } from './random-pool.js';

const ID_BYTES = 16;
const pool = new RandomPool(ID_BYTES);

/**
 * A UUID of version 7 (RFC 9562 section 5.7). It begins with the time, so ids that come together stand together in an
 * index; random ones would touch a page of it each.
 */
export function newRequestId(now = Date.now()): string {
  const { bytes } = pool;
  const at = pool.next();
  bytes.writeUIntBE(now, at, 6);
  bytes[at + 6] = (bytes[at + 6] & 0x0f) | 0x70;
  bytes[at + 8] = (bytes[at + 8] & 0x3f) | 0x80;
  const hex = bytes.toString('hex', at, at + ID_BYTES);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
