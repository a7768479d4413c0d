import { describe, expect, it } from 'vitest';
import { readUbjson } from './ubjson.js';

/** Bytes of characters and numbers. */
const bytes = (...parts: (string | number | readonly number[])[]): Buffer =>
  Buffer.concat(
    parts.map((part) =>
      typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from([part].flat()),
    ),
  );
const length = (value: number): number[] => [0x4c, 0, 0, 0, 0, 0, 0, 0, value];

describe('UBJSON', () => {
  it('makes typed arrays of typed lists, big endian', () => {
    const document = bytes(
      '{',
      length(1),
      'a[$d#',
      length(2),
      [0x3f, 0, 0, 0, 0xc0, 0, 0, 0],
      length(1),
      'b[$l#',
      length(1),
      [0xff, 0xff, 0xff, 0xfe],
      length(1),
      'c[#',
      length(3),
      'i',
      5,
      'TZ',
      length(1),
      'dNS',
      length(2),
      'xy',
      '}',
    );
    expect(readUbjson(document)).toEqual(
      new Map<string, unknown>([
        ['a', Float32Array.of(0.5, -2)],
        ['b', Int32Array.of(-2)],
        ['c', [5, true, null]],
        ['d', 'xy'],
      ]),
    );
  });

  it.each([
    ['an end within a text', bytes('S', length(9), 'xy'), 'it ends early at byte 10'],
    ['a negative length', bytes('Si', 0xff), 'a length is -1 at byte 3'],
    [
      'a list that is longer than the file',
      bytes('[#', length(200)),
      'a list of 200 values does not fit at byte 11',
    ],
    ['a typed list that is longer than the file', bytes('[$D#', length(200)), 'it ends early at byte 13'],
    ['a typed list of no numbers', bytes('[$S#', length(1), 'x'), 'a list is of the type "S" at byte 13'],
    ['a typed list without a length', bytes('[$d', 0), 'a typed list has no length at byte 3'],
    ['an unknown marker', bytes('?'), 'no value begins at byte 0'],
    ['more than one document', bytes('TT'), 'something follows the document at byte 1'],
    ['lists in lists without end', bytes('['.repeat(100)), 'it is too deeply nested at byte 65'],
  ])('refuses %s', (_, document, message) => {
    expect(() => readUbjson(document)).toThrow(`damaged XGBoost model: ${message}`);
  });
});
