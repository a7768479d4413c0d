import { featuresOf } from '../features.js';
import { type Signature, ModelFileError } from '../../inference/model.js';
import type { Datatype, TensorSpec } from '../../inference/tensor.js';
import type { Values } from './computation.js';
import type { WarmNetwork } from './load.js';
import type { Port } from './network.js';
import { datatypeOf } from './values.js';

/**
 * Inputs and outputs as the network has them; all outputs answer by default. What the file leaves open of an output
 * is taken from the row that warmed the network.
 * @throws ModelFileError for an input whose rank nothing tells, or feature names that do not fit
 */
export function signatureOf(
  { network, values }: Pick<WarmNetwork, 'network' | 'values'>,
  featureNames: readonly string[] | undefined,
): Signature {
  if (network.inputs.length === 0) throw new ModelFileError('the model takes no input');
  const inputs = network.inputs.map(({ name, dtype, shape }): TensorSpec => {
    if (!shape?.length) throw new ModelFileError(`input ${name} has no shape of one or more dimensions`);
    return { name, datatype: datatypeOf(dtype), shape };
  });
  const sizesAreKnown = inputs.every(({ shape }) => !shape.slice(1).includes(-1));
  const outputs = network.outputs.map((port, i) => outputSpec(port, values[i], sizesAreKnown));
  return {
    inputs,
    ...featuresOf(inputs, featureNames),
    outputs,
    defaultOutputs: outputs.map(({ name }) => name),
  };
}

function outputSpec({ name, shape }: Port, seen: Values, sizesAreKnown: boolean): TensorSpec {
  const rest = sizesAreKnown ? seen.shape.slice(1) : seen.shape.slice(1).map(() => -1);
  return { name, datatype: datatypeOfData(seen), shape: shape?.length ? shape : [-1, ...rest] };
}

function datatypeOfData({ data }: Values): Datatype {
  if (data instanceof Float32Array) return 'FP32';
  if (data instanceof Int32Array) return 'INT32';
  return data instanceof Uint8Array ? 'BOOL' : 'BYTES';
}
