import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach } from 'vitest';
import { type Files, folder, writeFiles } from '../fixtures/tfjs/models.js';
import { tensorflow } from '../../src/formats/tfjs/backend.js';
import { tfjsRuntime } from '../../src/formats/tfjs/runtime.js';
import type { ImportedModel, ImportOptions } from '../../src/formats/runtime.js';
import type { Signature } from '../../src/inference/model.js';
import type { Tensor } from '../../src/inference/tensor.js';

/** A FP32 tensor. */
export const rows = (name: string, shape: number[], ...values: number[]): Tensor => ({
  name,
  datatype: 'FP32',
  shape,
  data: Float32Array.from(values),
});

/** A folder per test, for a model's files. Fails a test that leaves tensors behind. */
export class TfjsFolder {
  path = '';
  /** Tensors when the test began. */
  tensors = 0;

  constructor() {
    beforeAll(() => tensorflow());
    beforeEach(async () => {
      this.path = await mkdtemp(join(tmpdir(), 'modelgate-'));
      this.tensors = (await tensorflow()).tf.memory().numTensors;
    });
    afterEach(async () => {
      await rm(this.path, { recursive: true });
      const left = (await tensorflow()).tf.memory().numTensors - this.tensors;
      if (left !== 0) throw new Error(`${left} tensors were left behind`);
    });
  }

  /** Writes the files and imports them. */
  async import(files: Files, options: ImportOptions = {}): Promise<ImportedModel> {
    return tfjsRuntime.import(folder(await writeFiles(this.path, files)), options);
  }

  /** Loads the files of the folder, answers once and disposes. @returns the outputs and the backend that computed them */
  async answer(signature: Signature, inputs: Tensor[], outputs = signature.defaultOutputs) {
    const model = await tfjsRuntime.load(this.path, signature);
    try {
      const answers = await model.infer(inputs, outputs);
      return {
        backend: model.backend,
        answers: answers.map(({ name, shape, data }) => [name, shape, [...data]]),
      };
    } finally {
      await model.dispose();
    }
  }
}
