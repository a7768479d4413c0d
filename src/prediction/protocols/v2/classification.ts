import { ApiError } from '../../../common/errors.js';
import { at } from '../../../common/lists.js';
import type { Signature } from '../../../inference/model.js';
import type { Tensor, TensorSpec } from '../../../inference/tensor.js';

/** The parameter of a requested output. */
export const CLASSIFICATION = 'classification';

/**
 * Checks that an output can be classified: a number per class for each row.
 * @param count the value of the parameter
 * @throws ApiError `invalid_input` naming the output
 */
export function checkClassification({ name, datatype, shape }: TensorSpec, count: number): void {
  if (!Number.isSafeInteger(count) || count < 1)
    throw new ApiError('invalid_input', `${name}: ${CLASSIFICATION} must be a whole number from 1 on`);
  if (shape.length !== 2 || datatype === 'BYTES' || datatype === 'BOOL')
    throw new ApiError(
      'invalid_input',
      `${name}: ${CLASSIFICATION} needs an output of numbers with the shape [rows, classes]`,
    );
}

/**
 * Triton's classification extension
 * (https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_classification.md): the classes with
 * the highest values of each row, as texts `value:index:label`, the highest first.
 * @param tensor [rows, classes]; @returns BYTES [rows, `count`], fewer where there are fewer classes
 */
export function classified(tensor: Tensor, count: number, { classes }: Pick<Signature, 'classes'>): Tensor {
  const [rows = 0, width = 0] = tensor.shape;
  const top = Math.min(count, width);
  const values = tensor.data as ArrayLike<number | bigint>;
  const labels = classes?.length === width ? classes : undefined;
  const isInteger = /INT/.test(tensor.datatype);
  const data: string[] = [];
  for (let row = 0; row < rows; row++) {
    const order = Array.from({ length: width }, (_, column) => ({
      column,
      value: at(values, row * width + column),
    })).sort((a, b) => (a.value > b.value ? -1 : a.value < b.value ? 1 : a.column - b.column));
    for (const { column, value } of order.slice(0, top)) {
      const text = isInteger ? String(value) : Number(value).toFixed(6);
      data.push([text, column, ...(labels ? [at(labels, column)] : [])].join(':'));
    }
  }
  return { name: tensor.name, datatype: 'BYTES', shape: [rows, top], data };
}
