import { describe, expect, it } from 'vitest';
import { loginDelay } from './login-delay.js';

const NOW = 1_700_000_000_000;
const count = (failures: number, secondsAgo = 0) => ({ failures, lastAt: NOW - secondsAgo * 1000 });
const seconds = (counts: Omit<Parameters<typeof loginDelay>[0], 'isKnown'>, isKnown = false) =>
  loginDelay({ ...counts, isKnown }, NOW) / 1000;

describe('loginDelay', () => {
  it.each([
    [0, 0],
    [4, 0],
    [5, 1],
    [6, 2],
    [7, 4],
    [14, 512],
    [15, 900],
    [100_000, 900],
  ])(
    'after %i failures of a name from an address is %i s, whether the address is known or not',
    (failures, wait) => {
      expect(seconds({ pair: count(failures) })).toBe(wait);
      expect(seconds({ pair: count(failures) }, true)).toBe(wait);
    },
  );

  it('counts from the last failure, and ends a day after it', () => {
    expect(seconds({ pair: count(10, 20) })).toBe(12);
    expect(seconds({ pair: count(10, 32) })).toBe(0);
    expect(seconds({ pair: count(10, 33) })).toBe(0);
    expect(seconds({ pair: count(100, 899) })).toBe(1);
  });

  it.each([
    [19, 0],
    [20, 1],
    [25, 32],
    [30, 900],
  ])(
    'after %i failures of an address over all names is %i s if the name has not logged in from there',
    (failures, wait) => {
      expect(seconds({ address: count(failures) })).toBe(wait);
      expect(seconds({ address: count(failures) }, true)).toBe(0);
    },
  );

  it('is 0 for a first attempt, whatever other addresses attempted', () => {
    expect(seconds({ account: count(1_000_000) })).toBe(0);
    expect(seconds({ account: count(1_000_000) }, true)).toBe(0);
  });

  it('grows sooner for unknown addresses while a name is under attack', () => {
    const pair = count(1);
    expect(seconds({ pair, account: count(49) })).toBe(0);
    expect(seconds({ pair, account: count(50) })).toBe(30);
    expect(seconds({ pair: count(2), account: count(50) })).toBe(60);
    expect(seconds({ pair: count(6), account: count(50) })).toBe(900);
    expect(seconds({ pair, account: count(50) }, true)).toBe(0);
    expect(seconds({ pair, account: count(50, 3600) })).toBe(0);
  });
});
