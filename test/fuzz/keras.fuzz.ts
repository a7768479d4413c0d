import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ModelFileError } from '../../src/inference/model.js';
import { Hdf5 } from '../../src/formats/keras/hdf5.js';
import { topologyOf } from '../../src/formats/keras/topology.js';
import { mutant, randomFrom } from './mutations.js';

const COUNT = Number(process.env['FUZZ_COUNT'] ?? 20_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
const CHUNK = 5_000;
const MOST_MEMORY = 2 ** 30;
/** No damaged file of some kilobytes takes longer; a loop without an end does. */
const MOST_MS = 10_000;

const folder = join(import.meta.dirname, '../fixtures/keras');
const files = readdirSync(folder, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.h5'))
  .map((name) => readFileSync(join(folder, name)));

for (let start = 0; start < COUNT; start += CHUNK) {
  const end = Math.min(start + CHUNK, COUNT);
  it(
    `refuses or reads damaged Keras models ${start} to ${end - 1} of seed ${SEED}`,
    { timeout: 600_000 },
    () => {
      const surprises: string[] = [];
      for (let i = start; i < end; i++) {
        const before = performance.now();
        try {
          tryModel(mutant(files, randomFrom(SEED * 1_000_003 + i)));
          const { heapUsed, arrayBuffers } = process.memoryUsage();
          if (heapUsed + arrayBuffers > MOST_MEMORY)
            throw new Error(`${heapUsed + arrayBuffers} bytes of memory`);
        } catch (error) {
          surprises.push(`file ${i}: ${(error as Error).stack}`);
        }
        if (performance.now() - before > MOST_MS)
          surprises.push(`file ${i}: ${performance.now() - before} ms`);
      }
      expect(surprises).toEqual([]);
    },
  );
}

/** Reads all that an import reads, but does not build the network. */
function tryModel(bytes: Uint8Array): void {
  try {
    const file = new Hdf5(bytes);
    const config = JSON.parse(file.text('', 'model_config') ?? '{}') as Record<string, unknown>;
    for (const layer of file.texts('model_weights', 'layer_names') ?? [])
      for (const name of file.texts(`model_weights/${layer}`, 'weight_names') ?? [])
        file.values(`model_weights/${layer}/${name}`);
    topologyOf(config, 3);
  } catch (error) {
    if (!(error instanceof ModelFileError) && !(error instanceof SyntaxError)) throw error;
  }
}
