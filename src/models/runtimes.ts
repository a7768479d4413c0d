import { open, stat } from 'node:fs/promises';
import { type ImportSource, type Runtime, type RuntimeName } from '../formats/runtime.js';
import { ModelFileError } from '../inference/model.js';

/**
 * Every runtime there is, in the order in which they are asked whether a file is theirs. Each is loaded when first
 * needed: a server pays for the runtimes of its models only.
 */
const RUNTIMES: Readonly<Record<RuntimeName, () => Promise<Runtime>>> = {
  tfjs: async () => (await import('../formats/tfjs/runtime.js')).tfjsRuntime,
  onnx: async () => (await import('../formats/onnx/runtime.js')).onnxRuntime,
  sklearn: async () => (await import('../formats/sklearn/runtime.js')).sklearnRuntime,
};

const HEAD_BYTES = 64 * 1024;

export const runtimeNamed = (name: RuntimeName): Promise<Runtime> => RUNTIMES[name]();

/**
 * Opens a file or folder for import.
 * @throws ModelFileError when there is none
 */
export async function importSource(path: string): Promise<ImportSource> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new ModelFileError('there is no such file or folder');
  if (found.isDirectory()) return { path, isDirectory: true, head: new Uint8Array() };
  if (!found.isFile()) throw new ModelFileError('it is neither a file nor a folder');
  const file = await open(path, 'r');
  try {
    const head = new Uint8Array(HEAD_BYTES);
    const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0);
    return { path, isDirectory: false, head: head.subarray(0, bytesRead) };
  } finally {
    await file.close();
  }
}

/** The runtime that takes the source, told by its content. @throws ModelFileError when none does */
export async function recognise(source: ImportSource): Promise<Runtime> {
  for (const load of Object.values(RUNTIMES)) {
    const runtime = await load();
    if (await runtime.recognise(source)) return runtime;
  }
  throw new ModelFileError(
    source.head.length === 0 && !source.isDirectory
      ? 'the file is empty'
      : 'it is not a model: neither a scikit-learn pickle or joblib file, nor ONNX, nor a TensorFlow.js folder or zip',
  );
}
