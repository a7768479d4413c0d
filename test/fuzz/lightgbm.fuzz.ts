import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { boosterEvaluator } from '../../src/formats/lightgbm/evaluator.js';
import { readLightgbm } from '../../src/formats/lightgbm/lightgbm-model.js';
import { tabularSignature } from '../../src/inference/tabular/signature.js';
import { ModelFileError, ModelInputError } from '../../src/inference/model.js';
import type { Table } from '../../src/inference/tabular/evaluator.js';
import { mutant, randomFrom } from './mutations.js';
import { textMutant } from './text-mutations.js';

const COUNT = Number(process.env['FUZZ_COUNT'] ?? 20_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
const CHUNK = 5_000;

const folder = join(import.meta.dirname, '../fixtures/lightgbm');
/** Models as text: text files, and texts extracted from pickles, which contain them unchanged. */
const files = readdirSync(folder)
  .filter((name) => /\.(txt|pkl)$/.test(name))
  .flatMap((name) => textsIn(readFileSync(join(folder, name))));

for (let start = 0; start < COUNT; start += CHUNK) {
  const end = Math.min(start + CHUNK, COUNT);
  it(
    `refuses or answers damaged LightGBM models ${start} to ${end - 1} of seed ${SEED}`,
    { timeout: 600_000 },
    () => {
      const surprises: string[] = [];
      for (let i = start; i < end; i++) {
        const next = randomFrom(SEED * 1_000_003 + i);
        const bytes = i % 2 === 0 ? mutant(files, next) : textMutant(files, next);
        try {
          tryModel(bytes);
        } catch (error) {
          surprises.push(`file ${i}: ${(error as Error).stack}`);
        }
      }
      expect(surprises).toEqual([]);
    },
  );
}

function textsIn(bytes: Buffer): Buffer[] {
  const start = bytes.indexOf('tree\nversion=');
  const end = bytes.indexOf('pandas_categorical:', start);
  return start < 0 || end < 0 ? [] : [bytes.subarray(start, bytes.indexOf('\n', end) + 1)];
}

/** @throws any error other than ModelFileError and ModelInputError, and messages of more than one line */
function tryModel(bytes: Buffer): void {
  try {
    const evaluator = boosterEvaluator(readLightgbm(bytes));
    tabularSignature(evaluator, { title: 'Booster', predict: 'FP64' }, undefined);
    evaluator.predict!(rowsFor(evaluator.nFeatures, [...(evaluator.textColumns?.keys() ?? [])]));
  } catch (error) {
    if (!(error instanceof ModelFileError || error instanceof ModelInputError)) throw error;
    if (error.message.includes('\n'))
      throw new Error(`a message of more than one line: ${error.message}`, { cause: error });
  }
}

function rowsFor(columns: number, text: readonly number[]): Table {
  const numbers = Float64Array.from({ length: 3 * columns }, (_, k) => [NaN, 0, -1.5, 2][k % 4]);
  return { rows: 3, columns, numbers, text: new Map(text.map((column) => [column, ['a', null, 'x']])) };
}
