import { describe, expect, it } from 'vitest';
import { readJson } from './json.js';

const read = (text: string): unknown => readJson(Buffer.from(text));

describe("XGBoost's JSON", () => {
  it('makes typed arrays of lists of numbers, Maps of objects', () => {
    expect(
      read(
        ' {"a": [1, 2, 255], "b": [-1, 70000], "c": [0.5, 1E-1], "d": [], "e": [true, null, "x\\u00e9\\n"]} ',
      ),
    ).toEqual(
      new Map<string, unknown>([
        ['a', Uint8Array.of(1, 2, 255)],
        ['b', Int32Array.of(-1, 70000)],
        ['c', Float32Array.of(0.5, 0.1)],
        ['d', []],
        ['e', [true, null, 'xé\n']],
      ]),
    );
  });

  it.each([
    '5E-1',
    '-3.4028235E38',
    '1.17549435E-38',
    '1e-45',
    '0.1234567890123456789',
    '123456789012345678901234567890',
    '-0',
  ])('reads %s to the nearest double', (text) => {
    expect(read(text)).toBe(Number(text));
  });

  it('reads the infinities and NaN that XGBoost writes', () => {
    expect(read('[Infinity, -Infinity, NaN]')).toEqual(Float32Array.of(Infinity, -Infinity, NaN));
  });

  it('reads over what no answer depends on', () => {
    expect(read('{"sum_hessian": [1, 2.5], "parents": [0]}')).toEqual(
      new Map([
        ['sum_hessian', new Uint8Array(0)],
        ['parents', new Uint8Array(0)],
      ]),
    );
  });

  it.each([
    ['', 'no value begins at byte 0'],
    ['{"a": 1', '"," is missing at byte 7'],
    ['{"a" 1}', '":" is missing at byte 5'],
    ['{a: 1}', 'a key is missing at byte 1'],
    ['[1, "x"]', 'a list of numbers holds something else at byte 4'],
    ['[1,]', 'a list of numbers holds something else at byte 3'],
    ['"abc', 'text has no end at byte 4'],
    ['"\\q"', 'text has an escape that is not known at byte 4'],
    ['-', 'a number has no digits at byte 1'],
    ['1e', 'an exponent has no digits at byte 2'],
    ['tru', 'no value begins at byte 3'],
    ['1 2', 'something follows the document at byte 2'],
    ['1'.repeat(65), 'a number is too long at byte 65'],
    ['['.repeat(100), 'it is too deeply nested at byte 64'],
  ])('refuses %j: %s', (text, message) => {
    expect(() => read(text)).toThrow(`damaged XGBoost model: ${message}`);
  });
});
