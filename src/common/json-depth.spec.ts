import { expect, it } from 'vitest';
import { isTooDeep, JSON_DEPTH } from './json-depth.js';

const padding = ' '.repeat(5000);
const nested = (depth: number, inner = ''): string =>
  `${padding}${'['.repeat(depth)}${inner}${']'.repeat(depth)}`;

it.each([
  ['lists up to the limit', nested(JSON_DEPTH), false],
  ['one more list', nested(JSON_DEPTH + 1), true],
  ['objects', `${padding}${'{"a":'.repeat(JSON_DEPTH + 1)}`, true],
  ['lists beside one another', `${padding}[${'[],'.repeat(1000)}1]`, false],
  ['brackets in a string', nested(1, JSON.stringify('['.repeat(1000))), false],
  ['brackets after an escaped quote', nested(1, JSON.stringify(`\\"${'['.repeat(1000)}`)), false],
  ['brackets after a string that ends in a backslash', `${nested(0)}["\\\\",${'['.repeat(1000)}`, true],
  ['a string without end', `${padding}["${'['.repeat(1000)}`, false],
  ['a string that ends in an escape', `${padding}["\\`, false],
])('%s', (_, text, expected) => {
  expect(isTooDeep(text)).toBe(expected);
});
