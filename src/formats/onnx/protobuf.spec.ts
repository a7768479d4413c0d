import { describe, expect, it } from 'vitest';
import { bytesField, readFields, readPackedVarints, readString, varintField } from './protobuf.js';

const bytes = (...values: number[]) => Uint8Array.from(values);
const MINUS_ONE = [...Array<number>(9).fill(0xff), 0x01];

describe('readFields', () => {
  it('reads every wire type, and keeps the bytes of each field', () => {
    const message = Buffer.concat([
      varintField(1, 300),
      bytes(0x11, 1, 2, 3, 4, 5, 6, 7, 8),
      bytesField(3, 'héllo'),
      bytes(0x25, 9, 8, 7, 6),
      varintField(500_000_000, 2 ** 53 - 1),
    ]);
    const fields = [...readFields(message)];
    expect(fields.map(({ number, wireType, int }) => [number, wireType, int])).toEqual([
      [1, 0, 300],
      [2, 1, 0],
      [3, 2, 0],
      [4, 5, 0],
      [500_000_000, 0, 2 ** 53 - 1],
    ]);
    expect(readString(fields[2].bytes)).toBe('héllo');
    expect([...fields[3].bytes]).toEqual([9, 8, 7, 6]);
    expect(Buffer.concat(fields.map(({ raw }) => raw)).equals(message)).toBe(true);
  });

  it('reads varints as signed 64-bit integers', () => {
    expect([...readFields(bytes(0x08, ...MINUS_ONE))][0].int).toBe(-1);
    expect([...readFields(bytes(0x08, ...Array<number>(9).fill(0x80), 0x01))][0].int).toBe(-(2 ** 63));
    expect(readPackedVarints(bytes(0, 0xac, 0x02, ...MINUS_ONE))).toEqual([0, 300, -1]);
  });

  it.each([
    ['inside a varint', [0x08, 0x80], 'the file is truncated: it ends inside a number'],
    ['inside a text', [0x1a, 5, 0x61], 'the file is truncated: field 3 lacks 4 bytes'],
    ['inside a double', [0x11, 1, 2], 'the file is truncated: field 2 lacks 6 bytes'],
    ['a length of 2^32 + 1', [0x1a, 0x81, 0x80, 0x80, 0x80, 0x10, 0x61], 'field 3 lacks 4294967296 bytes'],
    ['a negative length', [0x1a, ...MINUS_ONE], 'field 3 has no sensible length'],
    ['a group', [0x0b], 'field 1 has wire type 3'],
    ['field number 0', [0x00, 0x00], 'bad field number'],
    ['eleven bytes of varint', [0x08, ...Array<number>(10).fill(0x80), 0], 'longer than ten bytes'],
  ])('refuses %s', (_what, values, message) => {
    expect(() => [...readFields(bytes(...values))]).toThrow(message);
  });

  it('clips the last field where the bytes are only a beginning', () => {
    const fields = [...readFields(bytes(0x08, 1, 0x1a, 200, 1, 0x61, 0x62), true)];
    expect(fields.map(({ number }) => number)).toEqual([1, 3]);
    expect(readString(fields[1].bytes)).toBe('ab');
  });
});

describe('readString', () => {
  it('rejects bytes that are not UTF-8, and texts beyond the limit', () => {
    expect(() => readString(bytes(0xff, 0xfe))).toThrow('a text in the file is not UTF-8');
    expect(() => readString(new Uint8Array(11), 10)).toThrow('a text in the file has 11 bytes, more than 10');
  });
});
