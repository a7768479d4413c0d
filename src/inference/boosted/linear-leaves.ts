/** The linear models in the leaves of one tree. Leaf l has the terms from `starts[l]` to `starts[l + 1]`. */
export interface LinearLeaves {
  readonly constant: Float64Array;
  readonly starts: Int32Array;
  readonly features: Int32Array;
  readonly coefficients: Float64Array;
}

/**
 * The value of a row in a leaf: the constant plus the terms, added in order.
 * @param row where the row begins in `x`; NaN is a missing value
 * @param otherwise the value if one of the features is missing
 */
export function linearValue(
  { constant, starts, features, coefficients }: LinearLeaves,
  leaf: number,
  x: Float64Array,
  row: number,
  otherwise: number,
): number {
  let value = constant[leaf];
  for (let k = starts[leaf]; k < starts[leaf + 1]; k++) {
    const given = x[row + features[k]];
    if (Number.isNaN(given)) return otherwise;
    value += coefficients[k] * given;
  }
  return value;
}
