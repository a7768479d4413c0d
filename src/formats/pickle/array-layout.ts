import { ModelFileError } from '../../inference/model.js';

/** The order of an array's elements in a buffer: C order of `shape`, whose axes are then permuted by `axes`. */
export interface Layout {
  readonly shape: readonly number[];
  readonly axes?: readonly number[];
}

/** The layout of an array of this shape stored column by column. */
export function fortranLayout(shape: readonly number[]): Layout {
  if (shape.length < 2) return { shape };
  return { shape: [...shape].reverse(), axes: shape.map((_, k) => shape.length - 1 - k) };
}

/** Shape of the array. */
export function arrayShape({ shape, axes }: Layout): number[] {
  return axes === undefined ? [...shape] : axes.map((axis) => shape[axis]);
}

/** Number of elements of an array. @throws ModelFileError for an invalid dimension, or too many elements */
export function elementCount(shape: readonly number[]): number {
  if (shape.length > 64) throw new ModelFileError('an array in the file has more than 64 dimensions');
  let count = 1;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0)
      throw new ModelFileError('an array in the file has a damaged shape');
    count *= size;
  }
  if (!Number.isSafeInteger(count)) throw new ModelFileError('an array in the file has a damaged shape');
  return count;
}

/** The bytes of the elements in C order, always a copy. */
export function inOrder(
  bytes: Uint8Array,
  { shape, axes }: Layout,
  itemsize: number,
): Uint8Array<ArrayBuffer> {
  if (axes === undefined || axes.every((axis, k) => axis === k)) return new Uint8Array(bytes);
  const strides = shape.map((_, k) => itemsize * shape.slice(k + 1).reduce((a, b) => a * b, 1));
  const dims = axes.map((axis) => shape[axis]);
  const steps = axes.map((axis) => strides[axis]);
  const out = new Uint8Array(bytes.length);
  const at = new Array<number>(dims.length).fill(0);
  let from = 0;
  for (let to = 0; to < out.length; to += itemsize) {
    for (let b = 0; b < itemsize; b++) out[to + b] = bytes[from + b];
    for (let k = dims.length - 1; k >= 0; k--) {
      from += steps[k];
      if (++at[k] < dims[k]) break;
      from -= steps[k] * dims[k];
      at[k] = 0;
    }
  }
  return out;
}
