import type { Signature } from './model.js';
import type { Tensor } from './tensor.js';

/** Rows of a batch that fits the signature; 1 where its tensors have none in common, for it is one computation then. */
export function rowCount({ rows }: Pick<Signature, 'rows'>, inputs: readonly Tensor[]): number {
  if (rows === 'none') return 1;
  const count = inputs[0].shape[0];
  return rows === 'free' && inputs.some(({ shape }) => shape[0] !== count) ? 1 : count;
}

/**
 * Why the outputs cannot be answered row by row, as far as the signature tells; undefined where nothing is known
 * against it. What is computed is to be checked by {@link unlikeRows} too.
 */
export function withoutRows(
  { rows, wholeOutputs }: Pick<Signature, 'rows' | 'wholeOutputs'>,
  outputs: readonly string[],
): string | undefined {
  if (rows === 'none') return 'the inputs of the model have no rows in common';
  const whole = outputs.find((name) => wholeOutputs?.includes(name));
  return whole === undefined ? undefined : `output ${whole}: its first dimension is not the rows`;
}

/** Why the outputs are not one answer a row: names the first whose first dimension is another size. */
export function unlikeRows(outputs: readonly Tensor[], rows: number): string | undefined {
  const other = outputs.find(({ shape }) => shape[0] !== rows);
  return (
    other &&
    `output ${other.name}: its first dimension is not the rows; it has the shape [${other.shape.join(', ')}] for ${rows} ${rows === 1 ? 'row' : 'rows'}`
  );
}
