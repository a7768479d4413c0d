import { ModelFileError } from '../../inference/model.js';
import type { Tensor } from '../../inference/tensor.js';
import { tensorflow } from './backend.js';
import { type Computation, findComputation, type Values } from './computation.js';
import { exclusively } from './exclusive.js';
import { loadGraphNetwork } from './graph-network.js';
import { loadLayersNetwork } from './layers-network.js';
import { MODEL_JSON, type ModelJson, parseModelJson } from './model-json.js';
import type { Network, Port } from './network.js';
import type { ModelSource } from './source.js';
import { datatypeOf } from './values.js';
import { readWeights } from './weights.js';

/** A network in memory, warmed: one row has gone through it. */
export interface WarmNetwork {
  readonly json: ModelJson;
  readonly network: Network;
  readonly computation: Computation;
  /** What that one row of zeros gave, an entry an output. */
  readonly values: readonly Values[];
  /** Bytes of the weight files. */
  readonly bytes: number;
}

/**
 * Rebuilds the network of `model.json` and its weight files.
 * @throws ModelFileError naming the file or what is wrong in it
 */
export async function loadNetwork(source: ModelSource): Promise<WarmNetwork> {
  const json = parseModelJson(await source.read(MODEL_JSON));
  const weights = await readWeights(json, source.read);
  const library = await tensorflow();
  const network =
    json.format === 'graph-model'
      ? await loadGraphNetwork(library, json, weights)
      : await exclusively(() => loadLayersNetwork(library, json, weights));
  try {
    const found = await findComputation(library, network, network.inputs.map(zeros));
    return { json, network, bytes: weights.data.byteLength, ...found };
  } catch (error) {
    network.dispose();
    throw error;
  }
}

/** 1 GiB of float32: no request is as large. */
const MAX_INPUT_VALUES = 2 ** 28;

/** One row of zeros; sizes that only a request tells are 1. */
function zeros({ name, dtype, shape = [1] }: Port): Tensor {
  const sizes = shape.map((size) => (size < 0 ? 1 : size));
  const count = sizes.reduce((product, size) => product * size, 1);
  if (count > MAX_INPUT_VALUES) throw new ModelFileError(`input ${name} takes ${count} values a row`);
  const datatype = datatypeOf(dtype);
  const data = datatype === 'BYTES' ? new Array<string>(count).fill('') : new Float32Array(count);
  return { name, datatype, shape: sizes, data };
}
