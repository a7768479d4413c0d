import { RandomPool } from '../common/random-pool.js';

const SALT_BYTES = 12;
const pool = new RandomPool(SALT_BYTES);

/** 96 random bits as base64url text, never given out twice. */
export function newSalt(): string {
  const at = pool.next();
  return pool.bytes.toString('base64url', at, at + SALT_BYTES);
}
