import { compare, hash } from 'bcrypt';
import { ApiError } from '../common/errors.js';

/** bcrypt's cost: about a quarter of a second a hash, as the reference app's hashes have. */
const COST = 12;
/** bcrypt reads no further than this; a longer password is refused rather than cut. */
const MAX_BYTES = 72;
const MIN_LENGTH = 8;
/** What an unknown user's password is compared with, so that both answers take the same time. It matches nothing known. */
const NOBODYS_HASH = '$2b$12$kByJIc7ZtdR5zE75UWOJfeEjnTsV6Irs84s5fMZv4Qaq40xjxplJq';
/** One hash at a time leaves a core to predictions; those waiting beyond the limit are turned away at once. */
const QUEUE_LIMIT = 64;

let tail: Promise<unknown> = Promise.resolve();
let waiting = 0;

/** Runs bcrypt work one by one. @throws ApiError `overloaded` when too much of it waits */
async function queued<T>(work: () => Promise<T>): Promise<T> {
  if (waiting >= QUEUE_LIMIT)
    throw new ApiError('overloaded', 'too many logins at once; try again in a moment', {
      headers: { 'Retry-After': '1' },
    });
  waiting += 1;
  const result = tail.then(work, work);
  tail = result.catch(() => undefined);
  try {
    return await result;
  } finally {
    waiting -= 1;
  }
}

/** What is wrong with a password that somebody wants to set, or undefined. Length only, after NIST SP 800-63B. */
export function passwordFault(password: string): string | undefined {
  if ([...password].length < MIN_LENGTH) return `must have ${MIN_LENGTH} characters or more`;
  return unusablePassword(password);
}

/** What makes a password one that bcrypt cannot take whole, or undefined. */
export function unusablePassword(password: string): string | undefined {
  if (Buffer.byteLength(password) > MAX_BYTES) return `must be ${MAX_BYTES} bytes or less`;
  if (password.includes('\0')) return 'must not contain a NUL character';
  return undefined;
}

export const hashPassword = (password: string): Promise<string> => queued(() => hash(password, COST));

/** Takes the same time whether there is such a user (`hashed`) or not. */
export async function verifyPassword(password: string, hashed: string | undefined): Promise<boolean> {
  const matches = await queued(() => compare(password, portable(hashed ?? NOBODYS_HASH)));
  return matches && hashed !== undefined;
}

export const isBcryptHash = (text: string): boolean => /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/.test(text);

/** PHP and passlib write `$2y$` for what `$2b$` means. */
const portable = (hashed: string) => hashed.replace(/^\$2y\$/, '$2b$');
