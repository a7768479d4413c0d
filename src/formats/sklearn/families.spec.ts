import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildEvaluator, libraries } from '../pickled-libraries.js';
import { readPickle } from '../pickle/index.js';
import { table } from '../../../test/support/sklearn.js';

/**
 * Models fitted on every third iris, or on a few texts, by scikit-learn 1.9.1, or 0.22.2 where the name says so, with its
 * own answers.
 */
const FIXTURES = new URL('../../../test/fixtures/sklearn/families/', import.meta.url);

const METHODS = {
  predict: 'predict',
  predict_proba: 'predictProba',
  decision_function: 'decisionFunction',
  transform: 'transform',
} as const;

const suffix = '.expected.json';
const names = readdirSync(FIXTURES)
  .filter((file) => file.endsWith(suffix))
  .map((file) => file.slice(0, -suffix.length));

describe('models of every family', () => {
  it.each(names)('%s answers as the library that fitted it', async (name) => {
    const text = readFileSync(new URL(`${name}${suffix}`, FIXTURES), 'utf8');
    const expected = JSON.parse(text) as Record<string, (number | string)[][]>;
    const evaluator = buildEvaluator(
      await readPickle(readFileSync(new URL(`${name}.pkl`, FIXTURES)), libraries),
    );
    const x = table(...expected.inputs);
    const offered = Object.entries(METHODS).filter(([, method]) => evaluator[method] !== undefined);
    expect(offered.map(([method]) => method)).toEqual(Object.keys(METHODS).filter((key) => key in expected));
    for (const [key, method] of offered) {
      const answer = evaluator[method]!(x);
      const actual = Array.from<unknown>('numbers' in answer ? answer.numbers : answer.data);
      const wanted = expected[key].flat();
      expect(actual).toHaveLength(wanted.length);
      const wrong = wanted.findIndex((value, i) => !agrees(value, actual[i]));
      expect(wrong, `${key}: ${String(actual[wrong])} where ${wanted[wrong]} was expected`).toBe(-1);
    }
  });
});

function agrees(expected: number | string, actual: unknown): boolean {
  if (typeof expected === 'string' || typeof actual !== 'number') return expected === actual;
  return Math.abs(expected - actual) <= 1e-9 * Math.max(1, Math.abs(expected));
}
