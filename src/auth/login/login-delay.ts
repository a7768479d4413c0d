/** Failures counted against one tracker. */
export interface Count {
  readonly failures: number;
  /** Epoch milliseconds of the last of them. */
  readonly lastAt: number;
}

/** What is known of the failures that bear on a login, undefined where there are none. */
export interface Counts {
  /** Of this name from this address. */
  readonly pair?: Count;
  /** Of this address, whatever the name. */
  readonly address?: Count;
  /** Of this name, from wherever. */
  readonly account?: Count;
  /** Whether this name has logged in from this address of late. */
  readonly isKnown: boolean;
}

interface Backoff {
  /** Failures after which there is no wait yet. */
  readonly free: number;
  /** Seconds of the first wait; each failure doubles it. */
  readonly first: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LONGEST_WAIT_SECONDS = 15 * 60;

/** When failures are forgotten: this many milliseconds after the last one. */
export const FORGOTTEN_AFTER = { pair: 24 * HOUR, address: HOUR, account: HOUR } as const;

const PAIR: Backoff = { free: 4, first: 1 };
/** Many people may share an address, and mistype. */
const ADDRESS: Backoff = { free: 19, first: 1 };
/** For addresses that are new to an account under attack: one guess each, and then a long wait. */
const STRANGER: Backoff = { free: 0, first: 30 };
/** Failures from all addresses together that make an attack. */
const ATTACK = 50;

/**
 * How long a login must wait, in milliseconds; 0 when it need not. A stranger cannot make a user wait: what is counted
 * against a name alone refuses nobody, it only shortens the patience with addresses that are new to it; and an address from
 * which the user has logged in does not pay for what others do there with other names.
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
