import { randomFillSync } from 'node:crypto';

const SALT_BYTES = 12;

/** Random bytes are fetched many at a time: the call costs more than the bytes. */
const pool = Buffer.alloc(SALT_BYTES * 512);
let used = pool.length;

/** 96 random bits as base64url text, never given out twice. */
export function newSalt(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += SALT_BYTES;
  return pool.toString('base64url', used - SALT_BYTES, used);
}
