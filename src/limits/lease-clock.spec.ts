import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Peer } from '../workers/peer.js';
import type { Demand, Period } from './allowance.js';
import { LeaseAuthority } from './lease-authority.js';
import { LeasedAllowance } from './leased-allowance.js';
import { Windows } from './windows.js';

const NOON = Date.UTC(2026, 0, 1, 12);

/** Messages are delivered in the same turn, so that anything later is caused by the clock. */
function installation() {
  const windows = new Windows();
  const authority = new LeaseAuthority(windows, 2);
  const join = (number: number) => {
    const primary: Peer = new Peer((message) => worker.receive(message));
    const worker: Peer = new Peer((message) => primary.receive(message));
    authority.joined(number, worker);
    return new LeasedAllowance(primary);
  };
  return { windows, authority, join };
}

const demand = (amount: number, limit: number, period: Period = 'minute'): Demand[] => [
  { key: 'ada', period, limit, amount },
];

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a leased limit', () => {
  it('of a minute is free again a minute after its first use, not earlier', async () => {
    const worker = installation().join(1);
    expect((await worker.take(demand(3, 3))).refused).toBeUndefined();
    expect(await worker.take(demand(1, 3))).toMatchObject({
      refused: 0,
      levels: [{ left: 0, endsAt: NOON + 60_000 }],
    });
    vi.setSystemTime(NOON + 59_999);
    expect((await worker.take(demand(1, 3))).refused).toBe(0);
    vi.setSystemTime(NOON + 60_000);
    expect(await worker.take(demand(1, 3))).toMatchObject({ levels: [{ left: 2, endsAt: NOON + 120_000 }] });
  });

  it('of a day is free again at midnight UTC', async () => {
    const worker = installation().join(1);
    await worker.take(demand(5, 5, 'day'));
    vi.setSystemTime(Date.UTC(2026, 0, 1, 23, 59, 59, 999));
    expect((await worker.take(demand(1, 5, 'day'))).refused).toBe(0);
    vi.setSystemTime(Date.UTC(2026, 0, 2));
    expect((await worker.take(demand(5, 5, 'day'))).refused).toBeUndefined();
  });

  it('is not spent in the next minute by what was leased in the one before', async () => {
    const { join, windows } = installation();
    const [first, second] = [join(1), join(2)];
    await first.take(demand(1, 100));
    vi.setSystemTime(NOON + 60_000);
    expect((await second.take(demand(100, 100))).refused).toBeUndefined();
    expect((await first.take(demand(1, 100))).refused).toBe(0);
    await first.onApplicationShutdown();
    await second.onApplicationShutdown();
    expect(windows.find('ada', 'minute')).toMatchObject({ used: 100, leases: new Map() });
  });

  it('learns of what a worker spent every 250 ms', async () => {
    const { join, windows } = installation();
    await join(1).take(demand(7, 100));
    await vi.advanceTimersByTimeAsync(249);
    expect(windows.find('ada', 'minute')?.used).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(windows.find('ada', 'minute')?.used).toBe(7);
  });

  it('waits only a limited time for the lease of a worker that does not answer', async () => {
    const { join, authority } = installation();
    const silent: Peer = new Peer(() => undefined);
    authority.joined(1, silent);
    // The silent worker holds all of the limit.
    silent.receive({ topic: 'limits.lease', id: 1, body: { demand: demand(10, 10)[0] } });
    let verdict: unknown;
    void Promise.resolve(join(2).take(demand(1, 10))).then((given) => (verdict = given));
    await vi.advanceTimersByTimeAsync(1_999);
    expect(verdict).toBeUndefined();
    await vi.advanceTimersByTimeAsync(4 * 2_000);
    expect(verdict).toMatchObject({ refused: 0 });
  });
});
