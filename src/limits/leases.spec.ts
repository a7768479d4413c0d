import { describe, expect, it } from 'vitest';
import { Peer } from '../workers/peer.js';
import type { Demand } from './allowance.js';
import { LeaseAuthority } from './lease-authority.js';
import { LeasedAllowance } from './leased-allowance.js';
import { freeOf, Windows } from './windows.js';

/** Delivers messages as Node's channel does: those that arrived together one after another, without a microtask between. */
function channel(deliver: (message: object) => void, delay = () => 0): (message: object) => void {
  let waiting: object[] = [];
  return (message) => {
    if (waiting.push(structuredClone(message)) > 1) return;
    setTimeout(() => {
      const arrived = waiting;
      waiting = [];
      for (const message of arrived) deliver(message);
    }, delay());
  };
}

/** The primary and its workers in one process. */
function installation(workers: number, delay?: () => number) {
  const windows = new Windows();
  const authority = new LeaseAuthority(windows, workers);
  const allowances = Array.from({ length: workers }, (_, i) => {
    const primary: Peer = new Peer(channel((message) => worker.receive(message), delay));
    const worker: Peer = new Peer(channel((message) => primary.receive(message), delay));
    authority.joined(i + 1, worker);
    return new LeasedAllowance(primary);
  });
  return { windows, authority, allowances };
}

const demand = (amount: number, limit: number, key = 'ada'): Demand => ({
  key,
  period: 'minute',
  limit,
  amount,
});

/** Reproducible random numbers in [0, 1) (mulberry32). */
function numbers(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), seed | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('limits over workers', () => {
  it.each([1, 2, 3, 8])(
    '%i workers at the same time allow as many requests as the limit',
    async (workers) => {
      const { allowances } = installation(workers);
      const random = numbers(workers);
      const verdicts = await Promise.all(
        Array.from({ length: 500 }, async () =>
          allowances[Math.floor(random() * workers)].take([demand(1, 123)]),
        ),
      );
      expect(verdicts.filter(({ refused }) => refused === undefined)).toHaveLength(123);
    },
  );

  it('rejects nothing while another worker holds enough', async () => {
    const { allowances } = installation(3);
    for (let call = 0; call < 40; call += 1)
      expect((await allowances[call % 3].take([demand(1, 40)])).refused).toBeUndefined();
    for (const allowance of allowances)
      expect(await allowance.take([demand(1, 40)])).toMatchObject({ refused: 0, levels: [{ left: 0 }] });
  });

  it('requests of ten rows at the same time use a limit to its end', async () => {
    for (let seed = 1; seed <= 100; seed += 1) {
      const random = numbers(seed);
      const { allowances } = installation(2, () => random() * 4);
      const verdicts = await Promise.all(
        Array.from({ length: 60 }, async () => {
          await new Promise((resolve) => setTimeout(resolve, random() * 10));
          return allowances[Math.floor(random() * 2)].take([demand(10, 470)]);
        }),
      );
      expect(verdicts.filter(({ refused }) => refused === undefined)).toHaveLength(47);
    }
  });

  it('amounts of all sizes never exceed the limit, and rejected ones do not fit what is left', async () => {
    const { allowances, windows } = installation(4);
    const random = numbers(7);
    let used = 0;
    for (let call = 0; call < 300; call += 1) {
      const amount = 1 + Math.floor(random() * 90);
      const { refused } = await allowances[call % 4].take([demand(amount, 2000)]);
      if (refused === undefined) used += amount;
      else expect(2000 - used).toBeLessThan(amount);
    }
    expect(used).toBeLessThanOrEqual(2000);
    await Promise.all(allowances.map((allowance) => allowance.onApplicationShutdown()));
    expect(windows.find('ada', 'minute')).toMatchObject({ used, leases: new Map() });
  });

  it('takes all of several limits, or none', async () => {
    const { allowances, windows } = installation(2);
    const both = (amount: number) => [demand(amount, 100), demand(amount, 10, 'diabetes')];
    expect((await allowances[0].take(both(8))).refused).toBeUndefined();
    expect((await allowances[1].take(both(8))).refused).toBe(1);
    expect((await allowances[1].take(both(2))).refused).toBeUndefined();
    await Promise.all(allowances.map((allowance) => allowance.onApplicationShutdown()));
    expect(windows.find('ada', 'minute')?.used).toBe(10);
    expect(windows.find('diabetes', 'minute')?.used).toBe(10);
  });

  it('applies a changed limit to the next request', async () => {
    const { allowances } = installation(2);
    for (const allowance of allowances) await allowance.take([demand(1, 100)]);
    expect((await allowances[0].take([demand(1, 3)])).refused).toBeUndefined();
    expect((await allowances[1].take([demand(1, 3)])).refused).toBe(0);
    expect((await allowances[1].take([demand(1, 4)])).refused).toBeUndefined();
  });

  it('frees the lease of a worker that exited', async () => {
    const { allowances, authority, windows } = installation(2);
    await allowances[0].take([demand(5, 10)]);
    authority.left(1);
    expect(freeOf(windows.find('ada', 'minute')!)).toBe(10);
    expect((await allowances[1].take([demand(10, 10)])).refused).toBeUndefined();
  });
});
