import { describe, expect, it } from 'vitest';
import { parseExactJson } from './exact-json.js';

describe('parseExactJson', () => {
  it.each<[string, unknown]>([
    ['9007199254740993', 9007199254740993n],
    ['[-9223372036854775808, 18446744073709551615]', [-9223372036854775808n, 18446744073709551615n]],
    ['{"a":9007199254740993,"b":[1,9007199254740991]}', { a: 9007199254740993n, b: [1, 9007199254740991] }],
    ['"9007199254740993"', '9007199254740993'],
    ['{"9007199254740993":"\\"9007199254740993"}', { '9007199254740993': '"9007199254740993' }],
    [
      '[0.12345678901234567, 9007199254740993.0, 9007199254740993e0, 1e300]',
      [0.12345678901234567, 9007199254740992, 9007199254740992, 1e300],
    ],
  ])('reads %s', (text, value) => {
    expect(parseExactJson(text)).toEqual(value);
  });

  it.each([
    '09007199254740993',
    '{9007199254740993:1}',
    '{9007199254740993 :1}',
    '+9007199254740993',
    '9007199254740993x',
    '[9007199254740993 9007199254740993]',
    '.9007199254740993',
    '9007199254740993.',
    '"9007199254740993',
    '--9007199254740993',
  ])('rejects %s as JSON.parse does', (text) => {
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
    expect(() => parseExactJson(text)).toThrow(SyntaxError);
  });

  it('takes time in proportion to the text', () => {
    const took = (count: number): number => {
      const text = `["${'\\\\'.repeat(count)}",${'9007199254740993,'.repeat(count)}1${'2'.repeat(count)}]`;
      const start = performance.now();
      parseExactJson(text);
      return performance.now() - start;
    };
    took(20_000);
    expect(took(80_000)).toBeLessThan(Math.max(took(20_000), 5) * 16);
  });
});
