import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { boosterEvaluator } from './evaluator.js';
import { encodingOf, readXgboost } from './read-model.js';

const FIXTURES = new URL('../../../test/fixtures/xgboost/', import.meta.url);
const files = readdirSync(FIXTURES, { recursive: true })
  .map(String)
  .filter((file) => /\.(json|ubj|bin|bst|model)$/.test(file) && !file.includes('.expected.'));

interface Expected {
  readonly inputs: (number | null)[][];
  readonly predict: (number | number[])[];
  readonly margin?: (number | number[])[];
}

describe('model files', () => {
  it.each(files)('%s is read and answers as the library that wrote it', (file) => {
    const bytes = readFileSync(new URL(file, FIXTURES));
    expect(encodingOf(bytes.subarray(0, 4096))).toBeDefined();
    const evaluator = boosterEvaluator(readXgboost(bytes));
    const text = readFileSync(new URL(file.replace(/\.\w+$/, '.expected.json'), FIXTURES), 'utf8');
    const { inputs, predict, margin } = JSON.parse(text) as Expected;
    const numbers = Float64Array.from(inputs.flat(), (value) => value ?? NaN);
    const x = { rows: inputs.length, columns: inputs[0].length, numbers };
    expect([...evaluator.predict!(x).data]).toEqual(predict.flat());
    if (margin !== undefined) expect([...evaluator.margin!(x).data]).toEqual(margin.flat());
  });
});
