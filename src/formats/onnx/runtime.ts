import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type LoadedModel, type Signature, ModelFileError } from '../../inference/model.js';
import { type Runtime } from '../runtime.js';
import { blankInputs } from './blank.js';
import { importOnnx, MODEL_FILE } from './importer.js';
import { onnxruntime, reasonOf, sessionOptions } from './onnxruntime.js';
import { readModel } from './onnx-model.js';
import { countOperators } from './operators.js';
import { isUnbounded } from './unbounded.js';
import { readModelFile } from '../source.js';
import { isOnnx } from './recognise.js';
import { inputError, run } from './session.js';

/** ONNX models on onnxruntime's CPU build, which is taken into memory with the first model only. */
export const onnxRuntime: Runtime = {
  async recognise({ isDirectory, head }) {
    return !isDirectory && isOnnx(head) ? 'an ONNX model' : undefined;
  },

  import: importOnnx,

  async isUnbounded(dir) {
    const bytes = await readModelFile(join(dir, MODEL_FILE));
    return isUnbounded(readModel(bytes).graph, countOperators(bytes));
  },

  load: loadOnnx,
};

async function loadOnnx(dir: string, signature: Signature): Promise<LoadedModel> {
  const ort = await onnxruntime();
  const path = join(dir, MODEL_FILE);
  const size = await bytesIn(dir);
  const session = await ort.InferenceSession.create(path, sessionOptions(size)).catch((error: unknown) => {
    throw new ModelFileError(`onnxruntime cannot load the model: ${reasonOf(error)}`);
  });
  const blank = blankInputs(signature);
  // The first run allocates; a blank row may be refused by a model that knows its categories only, and has warmed it.
  if (blank) await run(ort, session, blank, signature.defaultOutputs).catch(() => undefined);
  return {
    signature,
    memoryBytes: size,
    backend: 'cpu',
    async infer(inputs, outputs) {
      try {
        return await run(ort, session, inputs, outputs);
      } catch (error) {
        throw await inputError(error, inputs, (rows) => run(ort, session, rows, outputs));
      }
    },
    dispose: () => session.release(),
  };
}

/** The size of the package, which is that of the weights but for a few kilobytes. */
async function bytesIn(dir: string): Promise<number> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
