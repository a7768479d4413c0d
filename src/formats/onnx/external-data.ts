import { lstat, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { isInnerPath } from '../inner-path.js';
import { ModelFileError } from '../../inference/model.js';
import { readEntry } from './onnx-model.js';
import { TENSOR, walkMessages } from './onnx-schema.js';
import { readFields } from './protobuf.js';

/** A file of weights beside the model: its path inside the model's folder, and where it stands now. */
export interface ExternalFile {
  readonly location: string;
  readonly path: string;
  readonly size: number;
}

/**
 * The files that the model's tensors refer to (https://onnx.ai/onnx/repo-docs/ExternalData.html).
 * @param modelPath the model file; only regular files below its folder are permitted
 * @throws ModelFileError naming the first location that is missing or leads out of the folder
 */
export async function findExternalFiles(model: Uint8Array, modelPath: string): Promise<ExternalFile[]> {
  const folder = await realpath(dirname(modelPath));
  const files = new Map<string, ExternalFile>();
  for (const location of externalLocations(model)) {
    const file = await resolveInside(folder, location);
    files.set(file.location, file);
  }
  return [...files.values()];
}

function externalLocations(model: Uint8Array): Set<string> {
  const locations = new Set<string>();
  for (const { kind, bytes } of walkMessages(model)) {
    if (kind !== 'tensor') continue;
    for (const field of readFields(bytes)) {
      if (field.number !== TENSOR.externalData) continue;
      const [key, value] = readEntry(field);
      if (key === 'location') locations.add(value);
    }
  }
  return locations;
}

/** onnxruntime takes a location of this form for an address in its own memory. */
const MEMORY_ADDRESS = /^\*\//;

async function resolveInside(folder: string, location: string): Promise<ExternalFile> {
  const refuse = (reason: string) =>
    new ModelFileError(`external data ${JSON.stringify(location)} ${reason}`);
  const inner = location.replace(/^\.\//, '');
  if (MEMORY_ADDRESS.test(location) || !isInnerPath(inner))
    throw refuse("is not a path inside the model's folder");
  const path = join(folder, inner);
  const real = await realpath(path).catch(() => {
    throw refuse('is missing');
  });
  if (relative(folder, real).split(sep)[0] === '..' || isAbsolute(relative(folder, real))) {
    throw refuse("leads out of the model's folder");
  }
  const status = await lstat(real);
  if (!status.isFile()) throw refuse('is not a regular file');
  return { location: inner, path: real, size: status.size };
}
