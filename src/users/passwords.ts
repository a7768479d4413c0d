import { compare, hash } from 'bcrypt';
import { BcryptQueue, type LaneName } from './bcrypt-queue.js';
import { MAX_PASSWORD_BYTES, normalisedPassword } from './password-rules.js';

/** bcrypt's cost: about 250 ms per hash, the same cost as in the reference app. */
export const COST = 12;
/** Imported hashes of a higher cost would let every login take seconds. */
const HIGHEST_COST = 14;
const LOWEST_COST = 4;
/** Salt and hash that no known password matches, at any cost. */
const NOBODYS = 'kByJIc7ZtdR5zE75UWOJfeEjnTsV6Irs84s5fMZv4Qaq40xjxplJq';
/** The queue's owner for setting passwords. Only authenticated users can set one. */
const SETTERS = 'set';

const queue = new BcryptQueue();

/** What is stored of a password. */
export interface StoredPassword {
  readonly hash: string;
  /** True for a hash of another program, which hashed what was typed and only its first 72 bytes. */
  readonly isImported: boolean;
}

/** Whose place in the queue a check takes. */
export interface QueuePlace {
  readonly owner: string;
  readonly lane: LaneName;
}

/** @throws ApiError `overloaded` */
export const hashPassword = (password: string): Promise<string> =>
  queue.run(SETTERS, () => hash(normalisedPassword(password), COST));

/**
 * Takes the same time whether the user exists or not, and whatever the cost of the stored hash.
 * @param stored undefined for an unknown user
 * @param highestCost of all stored hashes
 * @throws ApiError `overloaded`
 */
export function verifyPassword(
  password: string,
  stored: StoredPassword | undefined,
  highestCost: number,
  { owner, lane }: QueuePlace,
): Promise<boolean> {
  const { hash: hashed = atCost(COST), isImported = false } = stored ?? {};
  const normalised = normalisedPassword(password);
  return queue.run(
    owner,
    async () => {
      let isRight = await compareAtCost(normalised, hashed, highestCost);
      // bcrypt ignores the rest, and Modelgate sets no password that has one.
      if (!isImported && Buffer.byteLength(normalised) > MAX_PASSWORD_BYTES) isRight = false;
      // Compared for everybody, so that the time does not tell whose hash was imported.
      if (password !== normalised)
        isRight = ((await compareAtCost(password, hashed, highestCost)) && isImported) || isRight;
      return isRight && stored !== undefined;
    },
    lane,
  );
}

/** Takes as long as a hash of the cost `total`: each step doubles the time. */
async function compareAtCost(password: string, hashed: string, total: number): Promise<boolean> {
  const matches = await compare(password, portable(hashed));
  for (let cost = costOf(hashed); cost < total; cost++) await compare(password, atCost(cost));
  return matches;
}

const atCost = (cost: number): string => `$2b$${String(cost).padStart(2, '0')}$${NOBODYS}`;
const costOf = (hashed: string): number => Number(hashed.slice(4, 6));

/** Why the hash of another program cannot be used, or undefined. */
export function unusableHash(text: unknown): string | undefined {
  if (typeof text !== 'string' || !isBcryptHash(text)) return 'the password hash is not bcrypt';
  const cost = costOf(text);
  return cost < LOWEST_COST || cost > HIGHEST_COST
    ? `the cost of the password hash is ${cost}, not between ${LOWEST_COST} and ${HIGHEST_COST}`
    : undefined;
}

const isBcryptHash = (text: string): boolean => /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/.test(text);

/** PHP and passlib write `$2y$` for the same algorithm as `$2b$`. */
const portable = (hashed: string) => hashed.replace(/^\$2y\$/, '$2b$');
