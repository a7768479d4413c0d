import { labelData } from '../../inference/labels.js';
import { type Label, type Signature, ModelFileError } from '../../inference/model.js';
import type { RuntimeOptions } from '../runtime.js';
import type { Tensor, TensorSpec } from '../../inference/tensor.js';

/**
 * How the last layer's values become the outputs that the scikit-learn runtime gives:
 * - `binary`: one sigmoid a row, the probability of the second class;
 * - `multiclass`: one softmax value a class;
 * - `regression`: the values themselves, as `predict`.
 *
 * A model without a head answers with its own output tensors.
 */
export type Head = 'binary' | 'multiclass' | 'regression';

const HEADS: readonly unknown[] = ['binary', 'multiclass', 'regression'] satisfies Head[];

/** @throws ModelFileError for an unknown head */
export function headOf(options: RuntimeOptions | undefined): Head | undefined {
  const head = options?.['head'];
  if (head !== undefined && !HEADS.includes(head)) {
    throw new ModelFileError(`the package asks for the head ${JSON.stringify(head)}, which is not known`);
  }
  return head as Head | undefined;
}

/** The outputs of a model with a head, for its manifest's signature. */
export function headOutputs(head: Head, predictDatatype: Tensor['datatype'], columns: number): TensorSpec[] {
  const predict: TensorSpec = {
    name: 'predict',
    datatype: predictDatatype,
    shape: head === 'regression' && columns > 1 ? [-1, columns] : [-1],
  };
  if (head === 'regression') return [predict];
  return [predict, { name: 'predict_proba', datatype: 'FP32', shape: [-1, columns] }];
}

/**
 * Turns the last layer's values into the outputs asked for.
 * @param values row-major, `rows` × (1, classes or targets)
 */
export function applyHead(
  head: Head,
  values: Float32Array,
  rows: number,
  signature: Signature,
  outputs: readonly TensorSpec[],
): Tensor[] {
  return outputs.map((spec) => {
    const shape = [rows, ...spec.shape.slice(1)];
    if (spec.name === 'predict_proba') {
      return { ...spec, shape, data: head === 'binary' ? bothClasses(values) : values };
    }
    if (head === 'regression') {
      return { ...spec, shape, data: spec.datatype === 'FP64' ? Float64Array.from(values) : values };
    }
    const labelOf = head === 'binary' ? binaryLabel(values, signature) : largest(values, signature);
    return { ...spec, shape, data: labelData(spec.datatype, rows, labelOf) };
  });
}

function bothClasses(second: Float32Array): Float32Array {
  const both = new Float32Array(second.length * 2);
  for (let row = 0; row < second.length; row++) {
    both[2 * row] = 1 - second[row];
    both[2 * row + 1] = second[row];
  }
  return both;
}

function binaryLabel(second: Float32Array, { classes = [] }: Signature): (row: number) => Label {
  return (row) => classes[second[row] > 0.5 ? 1 : 0];
}

/** The class of the largest value; the first one of equals, as numpy's argmax takes it. */
function largest(values: Float32Array, { classes = [] }: Signature): (row: number) => Label {
  const columns = classes.length;
  return (row) => {
    const scores = values.subarray(row * columns, (row + 1) * columns);
    return classes[scores.indexOf(Math.max(...scores))];
  };
}
