/** Failures counted against one tracker. */
export interface Count {
  readonly failures: number;
  /** Epoch milliseconds of the last of them. */
  readonly lastAt: number;
}

/** Failure counts that apply to a login; undefined if there were no failures. */
export interface Counts {
  /** Of this name from this address. */
  readonly pair?: Count;
  /** Of this address, whatever the name. */
  readonly address?: Count;
  /** Of this name, from any address. */
  readonly account?: Count;
  /** Whether this name has logged in from this address in the last 30 days. */
  readonly isKnown: boolean;
}

interface Backoff {
  /** Failures that cause no delay. */
  readonly free: number;
  /** The first delay, in seconds. Each further failure doubles it. */
  readonly first: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LONGEST_WAIT_SECONDS = 15 * 60;

/** Failures are forgotten this many milliseconds after the last one. */
export const FORGOTTEN_AFTER = { pair: 24 * HOUR, address: HOUR, account: HOUR } as const;

const PAIR: Backoff = { free: 4, first: 1 };
/** Many users may share an address and mistype their passwords. */
const ADDRESS: Backoff = { free: 19, first: 1 };
/** For unknown addresses while an account is under attack: one attempt each, then a long delay. */
const STRANGER: Backoff = { free: 0, first: 30 };
/** Failures from all addresses together that count as an attack. */
const ATTACK = 50;

/**
 * How long a login must wait, in milliseconds; 0 if it may continue. Other clients cannot lock a user out: failures of
 * the name alone only lengthen the delay of addresses from which the user has never logged in. An address from which
 * the user has logged in is not delayed for failures of other names there.
 * @param now epoch milliseconds
 */
export function loginDelay({ pair, address, account, isKnown }: Counts, now: number): number {
  const isAttacked = failuresOf(account, FORGOTTEN_AFTER.account, now) >= ATTACK;
  const waits = [
    waitAfter(pair, isAttacked && !isKnown ? STRANGER : PAIR, FORGOTTEN_AFTER.pair, now),
    isKnown ? 0 : waitAfter(address, ADDRESS, FORGOTTEN_AFTER.address, now),
  ];
  return Math.max(...waits);
}

function waitAfter(count: Count | undefined, { free, first }: Backoff, forgottenAfter: number, now: number) {
  const doubled = failuresOf(count, forgottenAfter, now) - free - 1;
  if (!count || doubled < 0) return 0;
  const wait = Math.min(first * 2 ** doubled, LONGEST_WAIT_SECONDS) * 1000;
  return Math.max(0, count.lastAt + wait - now);
}

const failuresOf = (count: Count | undefined, forgottenAfter: number, now: number): number =>
  count && count.lastAt + forgottenAfter > now ? count.failures : 0;
