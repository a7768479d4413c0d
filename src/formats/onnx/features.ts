import { featuresOf } from '../features.js';
import type { Signature } from '../../inference/model.js';
import type { TensorSpec } from '../../inference/tensor.js';
import { ColumnTrace } from './column-trace.js';
import type { OnnxGraph } from './onnx-model.js';

/**
 * The features of a tabular model with what its graph tells of each: the categories of an encoder that takes it, and
 * whether a missing number is answered.
 * @throws ModelFileError when the names given do not fit
 */
export function tracedFeatures(
  inputs: readonly TensorSpec[],
  names: readonly string[] | undefined,
  graph: OnnxGraph,
): Pick<Signature, 'features'> {
  const { features } = featuresOf(inputs, names);
  if (!features) return {};
  const trace = new ColumnTrace(graph);
  const traced = features.map((feature, index) => {
    const [input, column] = inputs.length === 1 ? [inputs[0], index] : [inputs[index], 0];
    const { acceptsMissing, categories } = trace.use(input.name, column);
    const nullable = acceptsMissing && feature.datatype.startsWith('FP');
    return { ...feature, ...(categories && { categories }), ...(nullable && { nullable }) };
  });
  return { features: traced };
}
