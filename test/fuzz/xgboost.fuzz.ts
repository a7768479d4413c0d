import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { boosterEvaluator, describeLearner } from '../../src/formats/xgboost/evaluator.js';
import { readXgboost } from '../../src/formats/xgboost/read-model.js';
import { tabularSignature } from '../../src/inference/tabular/signature.js';
import { ModelFileError, ModelInputError } from '../../src/inference/model.js';
import { mutant, randomFrom } from './mutations.js';
import { outcomeOf } from './outcome.js';

const COUNT = Number(process.env['FUZZ_COUNT'] ?? 20_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
const LARGEST_FILE = 30_000;
const CHUNK = 5_000;
/** Memory beyond the fixture's size: the largest allowance for a small file, plus garbage. */
const MOST_MEMORY = 2 ** 30;

const folder = join(import.meta.dirname, '../fixtures/xgboost');
const names = readdirSync(folder, { recursive: true }).map(String);
const filesOf = (pattern: RegExp): Buffer[] =>
  names
    .filter((name) => pattern.test(name) && !name.includes('expected'))
    .map((name) => readFileSync(join(folder, name)))
    .filter(({ length }) => length <= LARGEST_FILE);
const models = filesOf(/\.(json|ubj|bin|bst|model)$/);
const texts = filesOf(/\.json$/);
const pickles = filesOf(/\.(pkl|joblib)$/);

for (let start = 0; start < COUNT; start += CHUNK) {
  const end = Math.min(start + CHUNK, COUNT);
  it(
    `refuses or answers damaged XGBoost models ${start} to ${end - 1} of seed ${SEED}`,
    { timeout: 600_000 },
    async () => {
      const surprises: string[] = [];
      for (let i = start; i < end; i++) {
        const next = randomFrom(SEED * 1_000_003 + i);
        try {
          if (i % 4 === 0) await outcomeOf(mutant(pickles, next));
          else tryModel(i % 4 === 1 ? jsonMutant(next) : mutant(models, next));
          const { heapUsed, arrayBuffers } = process.memoryUsage();
          if (heapUsed + arrayBuffers > MOST_MEMORY)
            throw new Error(`${heapUsed + arrayBuffers} bytes of memory`);
        } catch (error) {
          surprises.push(`file ${i}: ${(error as Error).stack}`);
        }
      }
      expect(surprises).toEqual([]);
    },
  );
}

const VALUES = [
  '-1',
  '0',
  '1',
  '7',
  '255',
  '99999999',
  '2147483648',
  '-1E400',
  '1E-45',
  'NaN',
  '[]',
  '{}',
  '"x"',
  'null',
  'true',
];

/** Valid JSON with a few values replaced. */
function jsonMutant(next: () => number): Buffer {
  const random = (below: number): number => Math.floor(next() * below);
  let text = texts[random(texts.length)].toString('latin1');
  for (let i = random(4); i >= 0; i--) {
    const value = /[[:,](-?[\d.E-]+|"[^"]*")(?=[,\]}])/g;
    value.lastIndex = random(text.length);
    const found = value.exec(text);
    if (found === null) continue;
    text = text.slice(0, found.index + 1) + VALUES[random(VALUES.length)] + text.slice(value.lastIndex);
  }
  return Buffer.from(text, 'latin1');
}

/** @throws any error other than ModelFileError and ModelInputError, and messages of more than one line */
function tryModel(bytes: Buffer): void {
  try {
    const learner = readXgboost(bytes);
    describeLearner(learner);
    const evaluator = boosterEvaluator(learner);
    tabularSignature(evaluator, { title: 'the XGBoost model', predict: 'FP64' }, undefined);
    const { nFeatures: columns } = evaluator;
    const numbers = Float64Array.from({ length: 3 * columns }, (_, k) => [NaN, 0, -1.5, 2][k % 4]);
    evaluator.predict!({ rows: 3, columns, numbers });
  } catch (error) {
    if (!(error instanceof ModelFileError || error instanceof ModelInputError)) throw error;
    if (error.message.includes('\n'))
      throw new Error(`a message of more than one line: ${error.message}`, { cause: error });
  }
}
