/** The linear models in the leaves of one tree. Leaf l's terms are those from `starts[l]` to `starts[l + 1]`. */
export interface LinearLeaves {
  readonly constant: Float64Array;
  readonly starts: Int32Array;
  /** Columns of the block that hold the features, and their coefficients. */
  readonly columns: Int32Array;
  readonly coefficients: Float64Array;
}

/**
 * The value of a row in a leaf: the constant plus the terms, added in order.
 * @param otherwise the value where one of the features is missing
 */
export function linearValue(
  { constant, starts, columns, coefficients }: LinearLeaves,
  leaf: number,
  block: Float64Array,
  row: number,
  otherwise: number,
): number {
  let value = constant[leaf];
  for (let k = starts[leaf]; k < starts[leaf + 1]; k++) {
    const x = block[row + columns[k]];
    if (Number.isNaN(x)) return otherwise;
    value += coefficients[k] * x;
  }
  return value;
}
