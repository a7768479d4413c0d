import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { murmurHash3 } from './murmur-hash.js';
import { Matcher } from './pattern/matcher.js';
import * as python from './python-text.js';

/** Answers of Python itself (test/fixtures/text/make_tokens.py). */
function fixture<T>(name: string): T[] {
  return JSON.parse(
    readFileSync(new URL(`../../../test/fixtures/text/${name}.json`, import.meta.url), 'utf8'),
  ) as T[];
}

const cases = fixture<{ pattern: string; text: string; found: string[] }>('tokens');
const patterns = [...new Set(cases.map(({ pattern }) => pattern))];

describe('Matcher', () => {
  it.each(patterns)('finds what re.findall finds: %s', (pattern) => {
    const matcher = new Matcher(pattern);
    for (const { text, found } of cases.filter((each) => each.pattern === pattern)) {
      expect(matcher.findAll(text), JSON.stringify(text)).toEqual(found);
    }
  });

  it('gives up a text that a pattern goes over again and again', () => {
    const matcher = new Matcher(String.raw`\w+@`);
    expect(matcher.findAll('a'.repeat(100) + '@')).toEqual(['a'.repeat(100) + '@']);
    expect(() => matcher.findAll('a'.repeat(100_000))).toThrow('the token pattern takes too long');
  });

  it('does not slow down where a backtracking search would try every division', () => {
    expect(new Matcher('(?:a+)+b|c').findAll(`${'a'.repeat(60)}c`)).toEqual(['c']);
    expect(new Matcher('(?:a|a|aa)*b').findAll(`${'a'.repeat(60)}b`)).toEqual([`${'a'.repeat(60)}b`]);
  });

  it.each([
    [String.raw`(\w)x`, 'a group that is a part of the token'],
    [String.raw`\w+\1`, String.raw`\1`],
    ['(?i)a', 'the flag (?i)'],
    ['a$', '$'],
    ['(?=ab)c', 'a condition on more than one character'],
    ['a++', 'a possessive repetition'],
    ['(?>a)', 'the group (?>'],
    ['[a', 'an unexpected end'],
    ['(a', 'a group that is not closed'],
    ['a)', 'an unmatched ")"'],
    ['*a', 'nothing before *'],
    ['a{5000}', 'the repetition {5000}'],
    ['(?:(?:a{99}){99}){99}', 'too many repetitions'],
    ['('.repeat(60) + ')'.repeat(60), 'groups nested more than 50 deep'],
    ['a'.repeat(1001), 'it has more than 1000 characters'],
  ])('refuses %s', (pattern, message) => {
    expect(() => new Matcher(pattern)).toThrow(message);
  });
});

describe('text as Python treats it', () => {
  type Words = Record<'text' | 'lower' | 'collapsed' | 'unicode' | 'ascii', string> & { split: string[] };
  it.each(fixture<Words>('words'))('$text', ({ text, lower, split, collapsed, unicode, ascii }) => {
    expect(python.lower(text)).toBe(lower);
    expect(python.splitWords(text)).toEqual(split);
    expect(python.collapseSpaces(text)).toBe(collapsed);
    expect(python.stripAccentsUnicode(text)).toBe(unicode);
    expect(python.stripAccentsAscii(text)).toBe(ascii);
  });
});

describe('murmurHash3', () => {
  it.each([
    ['', 0],
    ['a', 1009084850],
    ['abcd', 1139631978],
    ['foo', -156908512],
    ['Straße', 1561572846],
  ])('hashes %j', (text, hash) => {
    expect(murmurHash3(text)).toBe(hash);
  });
});
