import { expect, it, vi } from 'vitest';
import { Sampler } from './sampler.js';

it('lets a burst of each key and of all keys pass, and tells how many it held back', () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
  const sampler = new Sampler({ burst: 2, perSecond: 1 }, { burst: 3, perSecond: 10 });
  expect(['a', 'a', 'a', 'a', 'b', 'c'].map((key) => sampler.pass(key))).toEqual([
    0,
    0,
    undefined,
    undefined,
    0,
    undefined,
  ]);
  clock.mockReturnValue(1000);
  expect(['a', 'a', 'c', 'b'].map((key) => sampler.pass(key))).toEqual([2, undefined, 1, 0]);
  clock.mockRestore();
});

it('counts what it held back of keys that it has forgotten', () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
  const sampler = new Sampler({ burst: 1, perSecond: 0 }, { burst: 1e6, perSecond: 1 });
  expect([sampler.pass('a'), sampler.pass('a')]).toEqual([0, undefined]);
  for (let i = 0; i < 9999; i++) sampler.pass(`key-${i}`);
  expect([sampler.pass('one'), sampler.pass('two')]).toEqual([1, 0]);
  clock.mockRestore();
});
