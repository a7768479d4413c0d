import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildEvaluator, libraries } from '../pickled-libraries.js';
import { readPickle } from '../pickle/index.js';
import { table } from '../../../test/support/sklearn.js';

const FIXTURES = new URL('../../../test/fixtures/xgboost/', import.meta.url);

type Cell = number | string | null;
interface Expected {
  readonly inputs: (Cell[] | Record<string, Cell>)[];
  readonly predict?: unknown[];
  readonly predict_proba?: number[][];
  readonly margin?: (number | number[])[];
}

const SUFFIX = '.expected.json';
const pickles = readdirSync(FIXTURES, { recursive: true })
  .map(String)
  .filter((file) => /\.(pkl|joblib)$/.test(file));

describe('pickled boosters, wrappers and what holds them', () => {
  it.each(pickles)('%s answers as the library that fitted it', async (file) => {
    const text = readFileSync(new URL(file.replace(/\.\w+$/, SUFFIX), FIXTURES), 'utf8');
    const expected = JSON.parse(text) as Expected;
    const evaluator = buildEvaluator(await readPickle(readFileSync(new URL(file, FIXTURES)), libraries));
    const rows = expected.inputs.map((row) => (Array.isArray(row) ? row : Object.values(row)));
    const x = table(...(file.endsWith('categorical.pkl') ? coded(rows) : rows));
    // scikit-learn's own arithmetic is float64 here and float32 there.
    const digits = file.includes('wrap-') || file.includes('softmax') ? 1e-6 : 0;
    const answers = {
      predict: evaluator.predict?.(x),
      predict_proba: evaluator.predictProba?.(x),
      margin: evaluator.margin?.(x),
    };
    for (const [method, answer] of Object.entries(answers)) {
      if (method === 'margin' && expected.margin === undefined) continue;
      const wanted = (expected[method as 'predict'] ?? []).flat();
      const given: unknown[] = [...(answer?.data ?? [])];
      expect(given).toHaveLength(wanted.length);
      const wrong = wanted.findIndex((value, i) => !agrees(value, given[i], digits));
      expect(wrong, `${method}: ${String(given[wrong])} where ${String(wanted[wrong])} was expected`).toBe(
        -1,
      );
    }
  });
});

/** Up to 3.0, categories stand in the file as codes alone, which pandas gives in the order of the sorted names. */
function coded(rows: Cell[][]): Cell[][] {
  const names = rows[0].map((_, j) =>
    [...new Set(rows.map((row) => row[j]))].filter((name) => name !== null).sort((a, b) => (a < b ? -1 : 1)),
  );
  return rows.map((row) => row.map((cell, j) => (typeof cell === 'string' ? names[j].indexOf(cell) : cell)));
}

function agrees(expected: unknown, actual: unknown, tolerance: number): boolean {
  if (typeof expected !== 'number' || typeof actual !== 'number') return expected === actual;
  return Math.abs(expected - actual) <= tolerance * Math.max(1, Math.abs(expected));
}
