import { describe, expect, it } from 'vitest';
import { NdArray, PyDict, PyTuple, type PyValue } from './values.js';
import { emptySparse, setSparseState } from './sparse.js';

const ints = (...items: number[]) =>
  new NdArray({ kind: 'i', itemsize: 4 }, [items.length], Int32Array.from(items));
const floats = (...items: number[]) =>
  new NdArray({ kind: 'f', itemsize: 8 }, [items.length], Float64Array.from(items));

function filled(format: 'csr' | 'csc' | 'coo', shape: number[], parts: Record<string, PyValue>) {
  const matrix = emptySparse(format);
  setSparseState(matrix, new PyDict([['_shape', new PyTuple(shape)], ...Object.entries(parts)]));
  return matrix;
}

describe('a sparse array of one dimension', () => {
  it('is one row in csr form', () => {
    const parts = { data: floats(3, 4), indices: ints(0, 2), indptr: ints(0, 2) };
    expect(filled('csr', [3], parts)).toEqual(filled('csr', [1, 3], parts));
  });

  it('is one row in coo form', () => {
    const data = floats(3, 4);
    expect(filled('coo', [3], { data, coords: new PyTuple([ints(0, 2)]) })).toEqual(
      filled('coo', [1, 3], { data, coords: new PyTuple([ints(0, 0), ints(0, 2)]) }),
    );
  });
});

describe('refused', () => {
  const parts = { data: floats(1), indices: ints(0), indptr: ints(0, 1) };

  it('are three dimensions', () => {
    expect(() => filled('coo', [1, 1, 1], parts)).toThrow('has more than two dimensions');
  });

  it.each([
    ['no dimension', [], parts],
    ['a negative size', [-1], parts],
    ['more lines than the shape has', [1, 1], { ...parts, indptr: ints(0, 1, 1) }],
    ['indices without values', [2], { ...parts, indices: ints(0, 1) }],
  ])('is %s', (_, shape, damaged) => {
    expect(() => filled('csr', shape, damaged)).toThrow('a sparse matrix in the file is damaged');
  });
});
