import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  NdArray,
  PyDict,
  PyFunction,
  PyList,
  PyObject,
  PySet,
  PySlice,
  PyTuple,
  SparseMatrix,
  type PyValue,
} from './values.js';
import { readPickle } from './index.js';
import { libraries } from '../pickled-libraries.js';

const fixtures = join(import.meta.dirname, '../../../test/fixtures/sklearn');

/** A value as plain JavaScript, each kind told from the others. */
function plain(value: PyValue): unknown {
  if (value instanceof PyDict) return new Map(value.entries.map(([k, v]) => [plain(k), plain(v)]));
  if (value instanceof PyList) return value.items.map(plain);
  if (value instanceof PyTuple) return { tuple: value.items.map(plain) };
  if (value instanceof PySet) return { set: value.items.map(plain) };
  if (value instanceof PySlice) return { slice: [value.start, value.stop, value.step] };
  if (value instanceof PyFunction) return { name: value.name };
  if (value instanceof SparseMatrix) {
    const { format, shape, data, indices, indptr } = value;
    return {
      format,
      shape,
      parts: [data, indices, indptr].map((part) => Array.from(part.data as Float64Array)),
    };
  }
  if (value instanceof NdArray) return array(value);
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('latin1') };
  return value;
}

function array({ dtype, shape, data, fields }: NdArray): unknown {
  const kind = `${dtype.kind}${dtype.itemsize}`;
  if (fields)
    return {
      kind,
      shape,
      fields: Object.fromEntries([...fields].map(([name, field]) => [name, array(field)])),
    };
  return {
    kind,
    shape,
    data: Array.isArray(data) ? data.map(plain) : Array.from(data as Iterable<number | bigint>),
  };
}

const complex = (real: number, imag: number) =>
  new PyObject('builtins.complex', new Map([['real', real], ['imag', imag]])); // prettier-ignore
const arr = (kind: string, shape: number[], data: unknown[]) => ({ kind, shape, data });
const upTo24 = Array.from({ length: 24 }, (_, i) => i);

const EXPECTED: Readonly<Record<string, unknown>> = {
  ints: [
    0,
    255,
    65535,
    -1,
    2 ** 31 - 1,
    -(2 ** 31),
    2n ** 53n,
    -(2n ** 53n),
    2n ** 53n + 1n,
    -(2n ** 70n),
    true,
    false,
  ],
  floats: [1.5, -0, Infinity, NaN],
  text: ['', 'abc', 'h\u00e9llo \u20ac \u{1F600}', 'quote\'"\\\n'],
  bytes: { bytes: '\x00\xff\x80abc' },
  bytearray: { bytes: 'xyz' },
  tuple: { tuple: [1, { tuple: [2, { tuple: [3, 4, 5, 6] }] }] },
  set: { set: [1, 2] },
  frozenset: { set: ['a'] },
  slice: { slice: [1, null, 2] },
  complex: complex(1, 2),
  none: null,
  ordered: new Map([['b', 1], ['a', 2]]), // prettier-ignore
  default: new Map([['k', [1]]]),
  constructor: 3,
  f2: arr('f2', [4], [1.5, -2, Infinity, 5.960464477539063e-8]),
  f4: arr('f4', [2], [1.5, -2]),
  f8be: arr('f8', [2, 3], [1, 2, 3, 4, 5, 6]),
  fortran: arr('f8', [2, 3, 4], upTo24),
  i1: arr('i1', [1], [-1]),
  u2be: arr('u2', [2], [258, 65535]),
  i8: arr('i8', [2], [2n ** 62n, -1n]),
  u8: arr('u8', [1], [2n ** 63n]),
  bool: arr('b1', [2], [1, 0]),
  longdouble: arr('f16', [2], [1.25, -3e300]),
  c16: arr('c16', [1], [complex(1, 2)]),
  U: arr('U16', [3], ['a', '\u20acuro', '']),
  Ube: arr('U12', [1], ['xy']),
  S: arr('S2', [2], ['ab', 'c']),
  O: arr('O8', [2, 2], ['x', null, 1.5, { tuple: [1, 2] }]),
  scalar0d: arr('f8', [], [3.5]),
  empty: arr('f8', [0, 3], []),
  rec: {
    kind: 'V25',
    shape: [2],
    fields: {
      left: arr('i8', [2], [1n, -2n]),
      value: arr('f8', [2], [0.5, 2.5]),
      flag: arr('u1', [2], [7, 8]),
      pair: arr('f4', [2, 2], [1, 2, 3, 4]),
    },
  },
  date: arr('M8', [1], [18262n]),
  np_float64: 2.5,
  np_int64: -7,
  np_bool: true,
  np_str: 's',
  np_float32: Math.fround(0.1),
  csr: { format: 'csr', shape: [2, 2], parts: [[1, 2], [0, 1], [0, 1, 2]] }, // prettier-ignore
  csc: { format: 'csc', shape: [2, 2], parts: [[1, 2], [0, 1], [0, 1, 2]] }, // prettier-ignore
  coo: { format: 'coo', shape: [2, 2], parts: [[1, 2], [0, 1], [0, 1]] }, // prettier-ignore
  index: arr('O8', [2], ['a', 'b']),
  intindex: arr('i8', [2], [3n, 4n]),
  rangeindex: arr('O8', [2], [2, 5]),
  masked: arr('f8', [2], [1, 2]),
  type: { name: 'numpy.float64' },
  matrix: arr('f8', [1, 2], [1, 2]),
};

describe.each([
  'numpy-2.4.p0.pkl',
  'numpy-2.4.p2.pkl',
  'numpy-2.4.p4.pkl',
  'numpy-2.4.p5.pkl',
  'numpy-2.4.joblib',
  'numpy-2.4.p5.joblib',
  'numpy-1.19.p1.pkl',
  'numpy-1.19.p3.pkl',
])('a file of every kind of value: %s', (file) => {
  const read = async () =>
    (await readPickle(readFileSync(join(fixtures, 'values', file)), libraries)) as PyDict;

  it.each(Object.keys(EXPECTED))('%s', async (key) => {
    const value = (await read()).get(key);
    expect(plain(value!)).toEqual(EXPECTED[key]);
  });

  it('keeps attribute names that are special in JavaScript as any other', async () => {
    const value = (await read()).get('__proto__');
    expect(plain(value!)).toEqual(new Map([['polluted', 1]]));
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('names functions, classes and generators without making them', async () => {
    const values = await read();
    const { attributes } = values.get('partial') as PyObject;
    expect(plain(attributes.get('func')!)).toEqual(plain(values.get('ufunc')!));
    expect((values.get('ufunc') as PyFunction).name).toMatch(/^numpy\.([\w.]+\.)?log1p$/);
    expect((values.get('rs') as PyObject).className).toBe('numpy.random.RandomState');
    expect((values.get('gen') as PyObject).className).toBe('numpy.random.Generator');
    expect((values.get('dtype') as PyObject).attributes.get('name')).toBe('float32');
  });
});

it('reads a randomised search with the distributions of scipy in it', async () => {
  for (const file of ['random-1.1.3.joblib', 'random-1.9.1.joblib']) {
    const search = (await readPickle(readFileSync(join(fixtures, 'search', file)), libraries)) as PyObject;
    expect(search.className).toBe('sklearn.model_selection._search.RandomizedSearchCV');
    expect((search.attributes.get('best_estimator_') as PyObject).shortName).toBe('LogisticRegression');
  }
});

it('gives the nodes of a tree as columns', async () => {
  const tree = (await readPickle(
    readFileSync(join(fixtures, '1.4.2/pima-decision-tree.pkl')),
    libraries,
  )) as PyObject;
  const inner = tree.attributes.get('tree_') as PyObject;
  expect(inner.className).toBe('sklearn.tree._tree.Tree');
  expect(inner.attributes.get('n_features')).toBe(8);
  const nodes = inner.attributes.get('nodes') as NdArray;
  expect([...nodes.fields!.keys()]).toEqual([
    'left_child',
    'right_child',
    'feature',
    'threshold',
    'impurity',
    'n_node_samples',
    'weighted_n_node_samples',
    'missing_go_to_left',
  ]);
  expect(nodes.fields!.get('feature')!.data[0]).toBe(1n);
});
