import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { mutant, randomFrom, unframed } from './mutations.js';
import { outcomeOf } from './outcome.js';

/** Set by `npm run fuzz -- --count 100000 --seed 7`. */
const COUNT = Number(process.env['FUZZ_COUNT'] ?? 20_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
const LARGEST_FILE = 25_000;
/** One chunk per test, so that a long run shows its progress. */
const CHUNK = 5_000;

const folder = join(import.meta.dirname, '../fixtures/sklearn');
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !/\.(json|md)$/.test(entry.name))
  .map((entry) => readFileSync(join(entry.parentPath, entry.name)))
  .filter((bytes) => bytes.length <= LARGEST_FILE)
  .flatMap((bytes) => [bytes, unframed(bytes)]);

for (let start = 0; start < COUNT; start += CHUNK) {
  const end = Math.min(start + CHUNK, COUNT);
  it(
    `refuses or answers damaged files ${start} to ${end - 1} of seed ${SEED}`,
    { timeout: 600_000 },
    async () => {
      const surprises: string[] = [];
      for (let i = start; i < end; i++) {
        const bytes = mutant(files, randomFrom(SEED * 1_000_003 + i));
        try {
          await outcomeOf(bytes);
        } catch (error) {
          surprises.push(`file ${i}: ${(error as Error).stack}`);
        }
      }
      expect(surprises).toEqual([]);
    },
  );
}
