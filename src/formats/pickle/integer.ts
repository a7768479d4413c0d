/** An int of at most 2^53 either way as a number, a larger one as a bigint. */
export function integer(value: bigint): number | bigint {
  const near = Number(value);
  return Number.isSafeInteger(near) ? near : value;
}
