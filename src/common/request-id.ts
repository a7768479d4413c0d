import { randomFillSync } from 'node:crypto';

const ID_BYTES = 16;
/** Random bytes are fetched many at a time: the call costs more than the bytes. */
const pool = Buffer.alloc(ID_BYTES * 256);
let used = pool.length;

/**
 * A UUID of version 7 (RFC 9562 section 5.7). It begins with the time, so ids that come together stand together in an
 * index; random ones would touch a page of it each.
 */
export function newRequestId(now = Date.now()): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  pool.writeUIntBE(now, used, 6);
  pool[used + 6] = (pool[used + 6] & 0x0f) | 0x70;
  pool[used + 8] = (pool[used + 8] & 0x3f) | 0x80;
  const hex = pool.toString('hex', used, (used += ID_BYTES));
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
