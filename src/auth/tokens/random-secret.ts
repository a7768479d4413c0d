import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits in base64url. It cannot be guessed, so a fast hash is enough to store it. */
export const randomSecret = (): string => randomBytes(32).toString('base64url');

/** The stored form of a random secret: its SHA-256 in hexadecimal. */
export const secretHash = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Compares two hashes of {@link secretHash} in constant time. */
export const sameHash = (a: string, b: string): boolean =>
  timingSafeEqual(Buffer.from(a, 'hex'), Buffer.from(b, 'hex'));
