import { describe, expect, it } from 'vitest';
import { parseTensorJson } from './tensor-json.js';

const LONG = 300;

/** Reproducible random numbers as texts: a linear congruential generator (Numerical Recipes). */
function randomNumbers(count: number, seed: number): string[] {
  let state = seed;
  const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const forms = [
    () => String(Math.floor(next() * 1e3)),
    () => (next() * 200 - 100).toFixed(Math.floor(next() * 8)),
    () => `${Math.floor(next() * 1e15)}`,
    () => `-0.${Math.floor(next() * 1e14)}`,
    () => String(next()),
    () => (next() * 10 ** Math.floor(next() * 600 - 300)).toExponential(),
    () => ['0', '-0', '-0.0', '1E5', '1e+22', '0.000000000000001', '5e-324'][state % 7],
  ];
  // Mostly short numbers, because lists of long ones are left to JSON.parse.
  return Array.from({ length: count }, () => forms[next() < 0.9 ? state % 4 : state % forms.length]());
}

const body = (data: string, name = 'x'): string =>
  `{"inputs":[{"name":"${name}","shape":[1],"datatype":"FP64","data":${data}}],"id":"7"}`.padEnd(4096);

interface Parsed {
  inputs: { data: ArrayLike<number> }[];
}

const numbers = (text: string): ArrayLike<number> => (parseTensorJson(text) as Parsed).inputs[0].data;

describe('a long list of numbers', () => {
  it('has the same values as JSON.parse, to the last bit', () => {
    for (let seed = 0; seed < 100; seed++) {
      const separator = [',', ', ', '\n,\t', ' ,\r\n '][seed % 4];
      const text = body(`[${randomNumbers(LONG, seed).join(separator)} ]`);
      const found = numbers(text);
      expect(found).toBeInstanceOf(Float64Array);
      const expected = (JSON.parse(text) as Parsed).inputs[0].data as number[];
      expect(Array.from(found).every((value, i) => Object.is(value, expected[i]))).toBe(true);
      expect(found.length).toBe(LONG);
    }
  });

  it('leaves the rest of the body unchanged, also with several lists', () => {
    const list = `[${'1.5,'.repeat(LONG)}2]`;
    const text = `{"inputs":[{"data":${list}},{"data":["a\\"data\\":[1]"]},{"b":"[","data": ${list}}],"data":[1,2]}`;
    const values = Float64Array.from([...new Array<number>(LONG).fill(1.5), 2]);
    expect(parseTensorJson(text.padEnd(4096))).toEqual({
      inputs: [{ data: values }, { data: ['a"data":[1]'] }, { b: '[', data: values }],
      data: [1, 2],
    });
  });
});

it('leaves a list with an integer beyond 2^53 to the exact parser, and other members too', () => {
  const list = `[${'1,'.repeat(LONG)}9007199254740993]`;
  const text = `{"inputs":[{"data":${list}},{"data":[${'1,'.repeat(LONG)}2]},{"data":[9007199254740993]}]}`;
  const { inputs } = parseTensorJson(text.padEnd(4096)) as Parsed;
  expect(inputs[0].data[LONG]).toBe(9007199254740993n);
  expect(inputs[1].data).toBeInstanceOf(Float64Array);
  expect(inputs[2].data).toEqual([9007199254740993n]);
});

describe('other values are parsed by JSON.parse', () => {
  const ones = '1,'.repeat(LONG);
  it.each([
    ['a list of lists', body(`[[${ones}1]]`)],
    ['null within', body(`[${ones}null]`)],
    ['a string within', body(`[${ones}"1"]`)],
    ['a short list', body('[1,2]')],
    ['an empty list', body('[]')],
    ['not a list', body('7')],
    ['more digits than a double holds', body(`[${`${Math.PI},`.repeat(LONG)}1]`)],
    ['characters beyond ASCII', body(`[${ones}1]`, 'größe')],
    ['the marker character', body(`[${ones}1]`, '\u27560')],
    ['the marker character, escaped', body(`[${ones}1]`, '\\u27560')],
    ['a list under another name', body('0').replace('"7"', `[${ones}1]`)],
  ])('%s', (_what, text) => {
    expect(parseTensorJson(text)).toEqual(JSON.parse(text));
    expect(JSON.stringify(parseTensorJson(text))).toBe(JSON.stringify(JSON.parse(text)));
  });

  it.each([
    '01',
    '-',
    '1.',
    '.5',
    '+1',
    '1e',
    '1e+',
    '--1',
    '0x1',
    '1_0',
    'NaN',
    'Infinity',
    '',
    '1 2',
    '-01',
  ])('a fault: %j', (number) => {
    for (const list of [`[${ones}${number}]`, `[${number},${ones}1]`])
      expect(() => parseTensorJson(body(list))).toThrow(SyntaxError);
  });

  it.each(['', '}', ',', ',]', 'x]'])('a list that ends in %j', (end) => {
    const text = body(`[${ones}1${end}`);
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(() => parseTensorJson(text)).toThrow(SyntaxError);
  });
});
