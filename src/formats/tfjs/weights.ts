import { ModelFileError } from '../../inference/model.js';
import { MODEL_JSON, type ModelJson, type WeightSpec } from './model-json.js';

const BYTES_PER_VALUE = {
  float32: 4,
  int32: 4,
  bool: 1,
  complex64: 8,
  float16: 2,
  uint16: 2,
  uint8: 1,
} as const;

/** Every weight in order, and all their bytes in one buffer. */
export interface Weights {
  readonly specs: WeightSpec[];
  readonly data: ArrayBuffer;
  /** Numbers announced, all weights together. */
  readonly values: number;
}

/** The weight files that `model.json` names, each once, in order. */
export function weightPaths(model: ModelJson): string[] {
  return [...new Set(model.weightsManifest.flatMap((group) => group.paths))];
}

/**
 * Joins the weight files, after checking that each group of them holds as many bytes as its weights announce.
 * @param read gives the bytes of one file of the model's folder
 * @throws ModelFileError naming the group's files when bytes are missing or left over
 */
export async function readWeights(
  model: ModelJson,
  read: (path: string) => Promise<Uint8Array>,
): Promise<Weights> {
  const parts: Uint8Array[] = [];
  for (const { paths, weights } of model.weightsManifest) {
    const before = parts.length;
    for (const path of paths) parts.push(await read(path));
    const bytes = totalLength(parts.slice(before));
    const announced = announcedBytes(weights);
    const fits = hasText(weights) ? bytes >= announced : bytes === announced;
    if (!fits) {
      throw new ModelFileError(
        `${paths.join(', ') || 'a group without files'}: ${bytes} bytes of weights, ${MODEL_JSON} announces ${announced}`,
      );
    }
  }
  const specs = model.weightsManifest.flatMap((group) => group.weights);
  return { specs, data: concatenate(parts), values: specs.reduce((sum, { shape }) => sum + count(shape), 0) };
}

/** Bytes of a group's weights; text is counted without its letters, whose number only the file tells. */
function announcedBytes(weights: readonly WeightSpec[]): number {
  return weights.reduce((sum, { dtype, quantization, shape }) => {
    const stored = quantization?.dtype ?? dtype;
    return sum + count(shape) * (stored === 'string' ? 4 : BYTES_PER_VALUE[stored]);
  }, 0);
}

function hasText(weights: readonly WeightSpec[]): boolean {
  return weights.some(({ dtype }) => dtype === 'string');
}

function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function totalLength(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.byteLength, 0);
}

function concatenate(parts: readonly Uint8Array[]): ArrayBuffer {
  const whole = new Uint8Array(totalLength(parts));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.byteLength;
  }
  return whole.buffer;
}
