import type { Signature } from '../../inference/model.js';
import { rowCountOf, type Tensor } from '../../inference/tensor.js';
import { at } from '../../common/lists.js';

export type FeatureValue = number | bigint | string | boolean | null;

/** One feature's values in a batch, by row. */
export interface FeatureColumn {
  readonly name: string;
  /** The values of a row: one for a column of a table, all values of the input for other shapes. */
  readonly at: (row: number) => FeatureValue | FeatureValue[];
}

/** A validated batch by column: the features of a tabular model, the inputs of any other model. */
export function featureColumns(
  { inputs: specs, features, rows }: Signature,
  inputs: readonly Tensor[],
): FeatureColumn[] {
  if (!features) {
    const hasRows = rows !== 'none' && new Set(inputs.map(rowCountOf)).size === 1;
    return inputs.map((tensor) => inputColumn(tensor.name, tensor, hasRows));
  }
  const table = specs.length === 1 && at(specs, 0).shape.length === 2;
  return features.map(({ name }, j) =>
    table
      ? { name, at: (row) => valueAt(at(inputs, 0), row * features.length + j) }
      : { name, at: (row) => valueAt(at(inputs, j), row) },
  );
}

/** Where a batch has no rows, all its values are those of its one row. */
function inputColumn(name: string, tensor: Tensor, hasRows: boolean): FeatureColumn {
  const size = tensor.shape.slice(hasRows ? 1 : 0).reduce((product, length) => product * length, 1);
  return {
    name,
    at: (row) =>
      size === 1
        ? valueAt(tensor, row)
        : Array.from({ length: size }, (_, i) => valueAt(tensor, row * size + i)),
  };
}

function valueAt({ data, datatype }: Tensor, index: number): FeatureValue {
  const value = at<number | bigint | string | null>(data, index);
  if (datatype === 'BOOL') return value !== 0;
  return typeof value === 'number' && Number.isNaN(value) ? null : value;
}
