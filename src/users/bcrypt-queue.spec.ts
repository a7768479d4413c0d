import { setImmediate as tick } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { BcryptQueue } from './bcrypt-queue.js';

/** Work that ends when the test says so, and records its name when it starts. */
function makeWork() {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const work = (name: string) => () => {
    begun.push(name);
    return new Promise<string>((resolve) => ends.push(() => resolve(name)));
  };
  const endOne = async () => {
    ends.shift()!();
    await tick();
  };
  return { begun, work, endOne };
}

const OVERLOADED = { code: 'overloaded', headers: { 'Retry-After': '1' } };

describe('BcryptQueue', () => {
  it('runs one piece at a time, and owners take turns', async () => {
    const queue = new BcryptQueue();
    const { begun, work, endOne } = makeWork();
    const results = ['a1', 'a2', 'a3', 'b1', 'c1', 'b2'].map((name) => queue.run(name[0], work(name)));
    await tick();
    expect(begun).toEqual(['a1']);
    for (let i = 0; i < 6; i++) await endOne();
    expect(begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2']);
    expect(await Promise.all(results)).toEqual(['a1', 'a2', 'a3', 'b1', 'c1', 'b2']);
  });

  it('continues after work that failed', async () => {
    const queue = new BcryptQueue();
    await expect(queue.run('a', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await queue.run('a', () => Promise.resolve(1))).toBe(1);
  });

  it('lets 8 pieces of one owner wait, and pieces of others beside them', async () => {
    const queue = new BcryptQueue();
    const { work, endOne } = makeWork();
    const results = Array.from({ length: 9 }, () => queue.run('a', work('a')));
    await expect(queue.run('a', work('a'))).rejects.toMatchObject(OVERLOADED);
    results.push(queue.run('b', work('b')));
    for (let i = 0; i < 10; i++) {
      await tick();
      await endOne();
    }
    expect(await Promise.all(results)).toEqual([...Array<string>(9).fill('a'), 'b']);
  });

  it('lets 64 pieces wait in total', async () => {
    const queue = new BcryptQueue();
    const { work, endOne } = makeWork();
    const results = Array.from({ length: 65 }, (_, i) => queue.run(String(i), work(String(i))));
    await expect(queue.run('late', work('late'))).rejects.toMatchObject(OVERLOADED);
    for (let i = 0; i < 65; i++) {
      await tick();
      await endOne();
    }
    expect(await Promise.all(results)).toEqual(Array.from({ length: 65 }, (_, i) => String(i)));
  });

  it('takes turns between known users and others, however many wait', async () => {
    const queue = new BcryptQueue();
    const { begun, work, endOne } = makeWork();
    const results = Array.from({ length: 65 }, (_, i) => queue.run(String(i), work(String(i))));
    await expect(queue.run('late', work('late'))).rejects.toMatchObject(OVERLOADED);
    results.push(queue.run('a', work('a'), 'known'), queue.run('b', work('b'), 'known'));
    for (let i = 0; i < 67; i++) {
      await tick();
      await endOne();
    }
    expect(begun.slice(0, 5)).toEqual(['0', 'a', '1', 'b', '2']);
    await Promise.all(results);
  });
});
