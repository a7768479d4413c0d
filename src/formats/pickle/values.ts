import type { NumericArray } from '../../inference/tensor.js';

/**
 * The plain typed data that the pickle reader returns. An object of an admitted class is its name and its attributes,
 * without behaviour.
 */
export type PyValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PyTuple
  | PyList
  | PyDict
  | PySet
  | NdArray
  | SparseMatrix
  | PyObject
  | PyFunction
  | PySlice;

/*
 * A Python int below 2^53 either way is a number, a larger one a bigint; a float is a number too. Python's 1 and 1.0
 * are the same value here: no option of a fitted estimator depends on the difference, and arrays have a dtype.
 */

export class PyTuple {
  constructor(readonly items: readonly PyValue[]) {}
}
export class PyList {
  constructor(readonly items: PyValue[]) {}
}
export class PySet {
  constructor(readonly items: PyValue[]) {}
}
export class PySlice {
  constructor(
    readonly start: PyValue,
    readonly stop: PyValue,
    readonly step: PyValue,
  ) {}
}

/** A dict in insertion order. Keys are compared as Python does for strings, numbers, booleans, None and tuples of them. */
export class PyDict {
  private index: Map<unknown, number> | undefined;

  constructor(readonly entries: (readonly [PyValue, PyValue])[] = []) {}

  get size(): number {
    return this.entries.length;
  }

  get(key: PyValue): PyValue | undefined {
    const at = this.positions().get(dictKey(key));
    return at === undefined ? undefined : this.entries[at][1];
  }

  /** Adds the entry, or replaces the value of an equal key. */
  set(key: PyValue, value: PyValue): void {
    const positions = this.positions();
    const canonical = dictKey(key);
    const at = positions.get(canonical);
    if (at === undefined) {
      positions.set(canonical, this.entries.length);
      this.entries.push([key, value]);
    } else {
      this.entries[at] = [this.entries[at][0], value];
    }
  }

  private positions(): Map<unknown, number> {
    if (this.index === undefined || this.index.size > this.entries.length) {
      this.index = new Map(this.entries.map(([key], i) => [dictKey(key), i]));
    }
    return this.index;
  }
}

/** Maximum characters of a tuple's key. Tuples in a model's dicts are pairs of short names and numbers. */
const TUPLE_KEY_LENGTH = 512;

/**
 * What two equal keys share: Python holds 1, 1.0 and True to be one key. Objects are equal to themselves alone, and so
 * are long tuples and tuples within tuples: a file may refer to one part from many places, so what they expand to has
 * no bound.
 */
function dictKey(key: PyValue): unknown {
  if (typeof key === 'boolean') return Number(key);
  return key instanceof PyTuple ? (tupleKey(key.items) ?? key) : key;
}

function tupleKey(items: readonly PyValue[]): string | undefined {
  let text = '\0tuple:';
  for (const item of items) {
    const part = typeof item === 'boolean' ? Number(item) : item;
    if (typeof part === 'object' && part !== null) return undefined;
    if (typeof part === 'string' && part.length > TUPLE_KEY_LENGTH) return undefined;
    const shown = String(part);
    text += `${typeof part}${shown.length}:${shown}`;
    if (text.length > TUPLE_KEY_LENGTH) return undefined;
  }
  return text;
}

/**
 * An instance of a permitted class: `className` is the full dotted name in the file. Attributes are in a Map, so no
 * name is special.
 */
export class PyObject {
  /** What the file passes to the class's constructor, where the parts have no names of their own. */
  constructorArguments: readonly PyValue[] = [];
  /** The argument of the object's __setstate__, if it is not a dict of attributes. */
  state: PyValue | undefined;

  constructor(
    readonly className: string,
    readonly attributes: Map<string, PyValue> = new Map(),
  ) {}

  /** The last part of `className`: "LogisticRegression". */
  get shortName(): string {
    return this.className.slice(this.className.lastIndexOf('.') + 1);
  }
}

/** A permitted function or class that is referred to, not called: "numpy.float64", "sklearn.feature_selection._univariate_selection.f_classif". */
export class PyFunction {
  constructor(readonly name: string) {}
}

/** Numeric kinds of numpy: b(ool), i(nt), u(int), f(loat), plus O(bject), U(nicode), S(bytes), V(oid: records). */
export type DtypeKind = 'b' | 'i' | 'u' | 'f' | 'O' | 'U' | 'S' | 'V' | 'M' | 'm' | 'c';

export interface Dtype {
  readonly kind: DtypeKind;
  readonly itemsize: number;
  /** For records: the fields in order. */
  readonly fields?: readonly {
    readonly name: string;
    readonly dtype: Dtype;
    readonly offset: number;
    readonly shape?: readonly number[];
  }[];
}

/**
 * An array in C order, native (little) byte order, whatever the file had. float16 and longdouble are widened or narrowed to
 * float64; bool is a Uint8Array; object, unicode and bytes arrays hold PyValues (strings, for the latter two); dates and
 * spans of time are int64; complex numbers are objects; a record array holds one NdArray a field in `fields` and no
 * `data`.
 */
export class NdArray {
  constructor(
    readonly dtype: Dtype,
    readonly shape: readonly number[],
    readonly data: NumericArray | PyValue[],
    readonly fields?: ReadonlyMap<string, NdArray>,
  ) {}
  get size(): number {
    return this.shape.reduce((a, b) => a * b, 1);
  }
}

/** A scipy sparse matrix or array. */
export class SparseMatrix {
  constructor(
    readonly format: 'csr' | 'csc' | 'coo',
    readonly shape: readonly [number, number],
    readonly data: NdArray,
    /** Column (csr) or row (csc) numbers; for coo the columns. */
    readonly indices: NdArray,
    /** Offsets of the rows (csr) or columns (csc); for coo the row numbers. */
    readonly indptr: NdArray,
  ) {}
}
