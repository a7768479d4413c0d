import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { boosterEvaluator } from './evaluator.js';
import { encodingOf, readXgboost } from './read-model.js';

const FIXTURES = new URL('../../../test/fixtures/xgboost/2.0.3/', import.meta.url);
const files = readdirSync(FIXTURES).filter(
  (file) => /\.(json|ubj|bin|bst|model)$/.test(file) && !/expected/.test(file),
);

describe('model files', () => {
  it.each(files)('%s is read and answers as the library that wrote it', (file) => {
    const bytes = readFileSync(new URL(file, FIXTURES));
    expect(encodingOf(bytes.subarray(0, 4096))).toBeDefined();
    const evaluator = boosterEvaluator(readXgboost(bytes));
    const text = readFileSync(new URL(file.replace(/\.\w+$/, '.expected.json'), FIXTURES), 'utf8');
    const { inputs, predict } = JSON.parse(text) as {
      inputs: (number | null)[][];
      predict: (number | number[])[];
    };
    const numbers = Float64Array.from(inputs.flat(), (value) => value ?? NaN);
    const answer = evaluator.predict!({ rows: inputs.length, columns: inputs[0].length, numbers });
    expect([...(answer.data as Float64Array)]).toEqual(predict.flat());
  });
});
