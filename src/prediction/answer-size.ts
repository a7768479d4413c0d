import { ApiError } from '../common/errors.js';
import type { Signature } from '../inference/model.js';
import type { Tensor } from '../inference/tensor.js';

/** What a value counts for: the size of a float64, and about half of what it takes as JSON text. */
const VALUE_BYTES = 8;

/** Values a row of each output, by its name; 0 where they do not depend on the rows. */
const rowSizes = new WeakMap<Signature, ReadonlyMap<string, number>>();

/**
 * Refuses a request whose answer would be too large, before anything is computed. A size that the signature leaves open
 * counts as 1; {@link demandSmallOutputs} sees what it was.
 * @param outputs distinct names out of the signature's
 * @param limit in bytes
 * @throws ApiError `payload_too_large`
 */
export function demandSmallAnswer(
  signature: Signature,
  outputs: readonly string[],
  rows: number,
  limit: number,
): void {
  const sizes = rowSizes.get(signature) ?? sizesOf(signature);
  let values = 0;
  for (const name of outputs) values += rows * sizes.get(name)!;
  if (values * VALUE_BYTES > limit) throw tooLarge(values * VALUE_BYTES, limit);
}

/** The same for what was computed, in which text counts by its characters. @throws ApiError `payload_too_large` */
export function demandSmallOutputs(outputs: readonly Tensor[], limit: number): void {
  let bytes = 0;
  for (const { data } of outputs) {
    bytes += data.length * VALUE_BYTES;
    if (Array.isArray(data)) for (const text of data) bytes += text?.length ?? 0;
  }
  if (bytes > limit) throw tooLarge(bytes, limit);
}

function sizesOf(signature: Signature): ReadonlyMap<string, number> {
  const sizeOf = (shape: readonly number[]): number =>
    shape.slice(1).reduce((product, size) => product * Math.max(size, 1), 1);
  const sizes = new Map(signature.outputs.map(({ name, shape }) => [name, sizeOf(shape)]));
  // Their first dimension is not the rows.
  for (const name of signature.wholeOutputs ?? []) sizes.set(name, 0);
  rowSizes.set(signature, sizes);
  return sizes;
}

const tooLarge = (bytes: number, limit: number): ApiError =>
  new ApiError(
    'payload_too_large',
    `the answer would have ${bytes} bytes of values; ${limit} are allowed. Send fewer rows, or ask for fewer outputs`,
  );
