/** The functions and classes that a file may call. Each builds plain data here. */
import { ModelFileError } from '../../inference/model.js';
import {
  NdArray,
  PyDict,
  PyFunction,
  PyList,
  PyObject,
  PySet,
  PySlice,
  PyTuple,
  type PyValue,
} from './values.js';
import { complex } from './array-elements.js';
import { fortranLayout, type Layout } from './array-layout.js';
import type { Construct, Making } from './construct.js';
import { DILL } from './dill.js';
import { DtypeObject, OBJECT_DTYPE, parseDtype } from './dtype.js';
import type { Budget } from './limits.js';
import { arrayOver, decodeScalar, dtypeOf, emptyArray, objectArray, toShape } from './ndarray.js';
import { refusal } from './refusals.js';

const OBJECT_COST = 250;
const ENTRY_COST = 120;

const NUMPY: Readonly<Record<string, Construct>> = {
  'multiarray._reconstruct': (_, { budget }) => emptyArray(budget),
  'multiarray.scalar': ([dtype, raw], { budget }) => decodeScalar(dtype ?? null, raw, budget),
  'numeric._frombuffer': ([raw, dtype, dims, order, axes], { budget }) =>
    arrayOver(dtypeOf(dtype ?? null), bufferLayout(dims ?? null, order, axes), raw ?? null, budget),
  _ufunc_reconstruct: ([module, name], making) => making.find(text(module), text(name)),
  '_internal._convert_to_stringdtype_kwargs': (_, { budget }) => stringDtype(budget),
};

const RANDOM: Readonly<Record<string, string>> = {
  __randomstate_ctor: 'numpy.random.RandomState',
  __RandomState_ctor: 'numpy.random.RandomState',
  __generator_ctor: 'numpy.random.Generator',
  __bit_generator_ctor: 'numpy.random.BitGenerator',
};

const BUILTINS: Readonly<Record<string, Construct>> = {
  slice: ([start = null, stop = null, step = null]) => new PySlice(start, stop, step),
  set: ([items = null], { budget }) => new PySet(listed(items, budget)),
  frozenset: ([items = null], { budget }) => new PySet(listed(items, budget)),
  list: ([items = null], { budget }) => new PyList(listed(items, budget)),
  tuple: ([items = null], { budget }) => new PyTuple(listed(items, budget)),
  dict: ([items = null], { budget }) => dict(items, budget),
  complex: ([real = 0, imag = 0]) => complex(Number(real), Number(imag)),
  range: (args, { budget }) => named('builtins.range', budget, { args: new PyTuple([...args]) }),
  xrange: (args, { budget }) => named('builtins.range', budget, { args: new PyTuple([...args]) }),
  bytes: ([raw = ''], { budget }) => rawBytes(raw, budget),
  bytearray: ([raw = ''], { budget }) => rawBytes(raw, budget),
  getattr: boundMethod,
};

const OTHERS: Readonly<Record<string, Construct>> = {
  'numpy.dtype': ([spec = null], { budget }) => {
    budget.heap(OBJECT_COST);
    return new DtypeObject(parseDtype(spec));
  },
  'numpy.dtypes.StringDType': (_, { budget }) => stringDtype(budget),
  'numpy.ma.core._mareconstruct': (_, { budget }) => emptyArray(budget),
  '_codecs.encode': ([raw = null], { budget }) => rawBytes(raw, budget),
  'collections.OrderedDict': ([items = null], { budget }) => dict(items, budget),
  'collections.defaultdict': ([, items = null], { budget }) => dict(items, budget),
  'functools.partial': ([func = null], { budget }) => named('functools.partial', budget, { func }),
  'pandas._libs.internals._unpickle_block': (_, { budget }) => named('pandas.block', budget, {}),
  'pandas._libs.arrays.__pyx_unpickle_NDArrayBacked': (_, { budget }) => emptyArray(budget),
};

const CONSTRUCTORS: ReadonlyMap<string, Construct> = new Map([
  ...Object.entries(OTHERS),
  ...['numpy.core', 'numpy._core'].flatMap((module) => prefixed(module, NUMPY)),
  ...['builtins', '__builtin__'].flatMap((module) => prefixed(module, BUILTINS)),
  ...['numpy.random', 'numpy.random._pickle'].flatMap((module) => prefixed(module, randomConstructors())),
  ...['copyreg', 'copy_reg'].flatMap((module) =>
    prefixed(module, { _reconstructor: instance, __newobj__: instance }),
  ),
  ...['dill._dill', 'dill.dill'].flatMap((module) => prefixed(module, DILL)),
  ...['pandas.core.indexes.base', 'pandas.indexes.base', 'pandas.core.index'].map(
    (module) => [`${module}._new_Index`, newIndex] as const,
  ),
]);

/**
 * Cython's helpers that create an object without its constructor: newObj(cls) and __pyx_unpickle_X(cls, checksum,
 * state). scikit-learn 1.4 to 1.6 call the module of their losses plain `_loss`.
 */
const CYTHON = /^(sklearn\.[\w.]+|_loss|numpy\.random\.bit_generator)\.(newObj|__pyx_unpickle_\w+)$/;

/** The constructor with this full name; undefined for other names. */
export function constructorOf(name: string): Construct | undefined {
  return CONSTRUCTORS.get(name) ?? (CYTHON.test(name) ? cythonInstance : undefined);
}

function prefixed(module: string, part: Readonly<Record<string, Construct>>): [string, Construct][] {
  return Object.entries(part).map(([name, construct]) => [`${module}.${name}`, construct]);
}

function randomConstructors(): Record<string, Construct> {
  return Object.fromEntries(
    Object.entries(RANDOM).map(([name, className]): [string, Construct] => [
      name,
      ([bit_generator = null], { budget }) => named(className, budget, { bit_generator }),
    ]),
  );
}

/**
 * Objects whose methods a file may refer to: scipy's distributions, part of a randomised search, refer to their own.
 */
const METHOD_OWNERS = /^scipy\.stats\./;

/** getattr(object, name), pickle's form of a bound method. The name is stored and nothing is looked up. */
function boundMethod([owner, name]: readonly PyValue[], { budget }: Making): PyValue {
  if (!(owner instanceof PyObject) || !METHOD_OWNERS.test(owner.className) || typeof name !== 'string') {
    throw refusal('builtins.getattr');
  }
  return named('builtins.method', budget, { name });
}

/** copyreg's helpers. Only the class, the first argument, is used; the base and its value are not needed. */
function instance([callee, , items]: readonly PyValue[], making: Making): PyValue {
  if (!(callee instanceof PyFunction)) throw new ModelFileError('an object in the file has no class');
  return making.instance(callee, items instanceof PyDict ? [items] : []);
}

function cythonInstance([callee, , state]: readonly PyValue[], making: Making): PyValue {
  if (!(callee instanceof PyFunction)) throw new ModelFileError('an object in the file has no class');
  const made = making.instance(callee, []);
  if (made instanceof PyObject && state !== undefined) made.state = state;
  return made;
}

/** A pandas Index as the array of its values. */
function newIndex([, attributes]: readonly PyValue[], { budget }: Making): PyValue {
  if (!(attributes instanceof PyDict)) throw new ModelFileError('a pandas Index in the file is damaged');
  const data = attributes.get('data');
  if (data instanceof NdArray) return data;
  if (data instanceof PyList) return objectArray(listed(data, budget));
  const [start, stop, step] = ['start', 'stop', 'step'].map((key) => Number(attributes.get(key) ?? NaN));
  const count = Math.max(0, Math.ceil((stop - start) / step));
  if (!Number.isSafeInteger(count))
    throw new ModelFileError('a pandas Index in the file is of a kind not supported');
  budget.heap(16 * count);
  return objectArray(Array.from({ length: count }, (_, i) => start + i * step));
}

function stringDtype(budget: Budget): DtypeObject {
  budget.heap(OBJECT_COST);
  return new DtypeObject(OBJECT_DTYPE);
}

function named(className: string, budget: Budget, attributes: Readonly<Record<string, PyValue>>): PyObject {
  budget.heap(OBJECT_COST);
  return new PyObject(className, new Map(Object.entries(attributes)));
}

function bufferLayout(dims: PyValue, order: PyValue | undefined, axes: PyValue | undefined): Layout {
  const shape = toShape(dims);
  if (!(axes instanceof PyTuple)) return order === 'F' ? fortranLayout(shape) : { shape };
  const permutation = toShape(axes);
  const sorted = [...permutation].sort((a, b) => a - b);
  if (sorted.length !== shape.length || sorted.some((axis, k) => axis !== k)) {
    throw new ModelFileError('an array in the file has a damaged shape');
  }
  return { shape, axes: permutation };
}

/** A copy of the items of a list, tuple or set. */
function listed(value: PyValue, budget: Budget): PyValue[] {
  if (value === null) return [];
  if (!(value instanceof PyList || value instanceof PyTuple || value instanceof PySet)) {
    throw new ModelFileError('damaged pickle: a list is built from a value that is not iterable');
  }
  budget.heap(OBJECT_COST + 8 * value.items.length);
  return [...value.items];
}

function dict(items: PyValue, budget: Budget): PyDict {
  const made = new PyDict();
  const pairs = items instanceof PyDict ? items.entries : listed(items, budget).map(pair);
  budget.heap(OBJECT_COST + ENTRY_COST * pairs.length);
  for (const [key, value] of pairs) made.set(key, value);
  return made;
}

function pair(item: PyValue): readonly [PyValue, PyValue] {
  const parts = item instanceof PyList || item instanceof PyTuple ? item.items : [];
  if (parts.length !== 2)
    throw new ModelFileError('damaged pickle: a dict is built from a value that is not a list of pairs');
  return [parts[0], parts[1]];
}

/** Bytes that protocols before 3 write as text, one character per byte. */
function rawBytes(raw: PyValue, budget: Budget): Uint8Array {
  if (raw instanceof Uint8Array) return raw;
  if (typeof raw !== 'string')
    throw new ModelFileError('damaged pickle: bytes are built from a value that is not text');
  budget.heap(OBJECT_COST + raw.length);
  return Buffer.from(raw, 'latin1');
}

function text(value: PyValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
