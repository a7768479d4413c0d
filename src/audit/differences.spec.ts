import { describe, expect, it } from 'vitest';
import { differences } from './differences.js';

describe('differences', () => {
  it('finds none between equal values, for any order of members', () => {
    expect(differences({ a: [1, 'x', null], b: true }, { b: true, a: [1, 'x', null] })).toEqual([]);
  });

  it('returns each path and both values', () => {
    expect(
      differences({ outputs: [{ data: [1, 2] }], id: 'a' }, { outputs: [{ data: [1, 2.5, 3] }] }),
    ).toEqual([
      { path: 'outputs[0].data[1]', recorded: 2, replayed: 2.5 },
      { path: 'outputs[0].data[2]', recorded: undefined, replayed: 3 },
      { path: 'id', recorded: 'a', replayed: undefined },
    ]);
  });

  it('distinguishes a list from an object, and null from a missing value', () => {
    expect(differences([], {})).toEqual([{ path: '', recorded: [], replayed: {} }]);
    expect(differences({ a: null }, { a: 0 })).toEqual([{ path: 'a', recorded: null, replayed: 0 }]);
  });

  it('compares numbers to the last digit', () => {
    expect(differences([0.1 + 0.2], [0.3])).toHaveLength(1);
  });

  it('stops after a hundred', () => {
    expect(differences(Array(1000).fill(0), Array(1000).fill(1))).toHaveLength(100);
  });
});
