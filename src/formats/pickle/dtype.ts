import { ModelFileError } from '../../inference/model.js';
import { type Dtype, type DtypeKind, PyDict, PyFunction, PyObject, PyTuple, type PyValue } from './values.js';
import type { Budget } from './limits.js';

/** A numpy dtype with what only the file's bytes need: byte order, sub-arrays, whether items are pickled apart. */
export interface StoredDtype {
  readonly kind: DtypeKind;
  readonly itemsize: number;
  readonly bigEndian: boolean;
  readonly fields?: readonly StoredField[];
  /** For a field whose items are arrays. */
  readonly base?: { readonly dtype: StoredDtype; readonly shape: readonly number[] };
  /** Levels of nested records and sub-arrays. */
  readonly depth: number;
}

export interface StoredField {
  readonly name: string;
  readonly dtype: StoredDtype;
  readonly offset: number;
}

const MAX_DEPTH = 4;
const MAX_ITEMSIZE = 2 ** 31 - 1;
const FIELD_COST = 300;
const KINDS = 'biufOUSVMmc';

/** numpy's item sizes for the kinds of fixed width. */
const WIDTHS: Readonly<Record<string, readonly number[]>> = {
  b: [1],
  i: [1, 2, 4, 8],
  u: [1, 2, 4, 8],
  f: [2, 4, 8, 12, 16],
  c: [8, 16, 24, 32],
  M: [8],
  m: [8],
  O: [8, 4],
};

/** Names of scalar types by code, for dtypes made from a class or a long name. */
const NAMES: Readonly<Record<string, string>> = {
  b1: 'bool bool_',
  i1: 'int8 byte',
  i2: 'int16 short',
  i4: 'int32 intc',
  i8: 'int64 int int_ long intp longlong',
  u1: 'uint8 ubyte',
  u2: 'uint16 ushort',
  u4: 'uint32 uintc',
  u8: 'uint64 uint ulong uintp ulonglong',
  f2: 'float16 half',
  f4: 'float32 single',
  f8: 'float64 float float_ double',
  c8: 'complex64 csingle',
  c16: 'complex128 complex cdouble',
  O8: 'object object_',
  U0: 'str str_ unicode_',
  S0: 'bytes bytes_ string_',
};
const CODES: ReadonlyMap<string, string> = new Map(
  Object.entries(NAMES).flatMap(([code, names]) => names.split(' ').map((name) => [name, code] as const)),
);

/** A pickled numpy.dtype: an object with attributes, and `stored` for the array decoder. */
export class DtypeObject extends PyObject {
  constructor(public stored: StoredDtype) {
    super('numpy.dtype', new Map([['name', dtypeName(stored)]]));
  }

  /** Applies the state of BUILD, numpy's tuple (version, byte order, sub-array, names, fields, itemsize, …). */
  setState(state: PyValue, budget: Budget): void {
    const items = state instanceof PyTuple ? state.items : [];
    if (items.length < 7) throw damagedDtype();
    const [, order, subarray, names, fields, itemsize] = items;
    const bigEndian = order === '>';
    const { kind } = this.stored;
    const size = typeof itemsize === 'number' && itemsize >= 0 ? itemsize : this.stored.itemsize;
    if (subarray instanceof PyTuple) this.stored = subarrayDtype(subarray);
    else if (names instanceof PyTuple && fields instanceof PyDict) {
      this.stored = recordDtype(names, fields, size, budget);
    } else {
      this.stored = checked({ kind, itemsize: size, bigEndian, depth: 0 });
    }
    this.attributes.set('name', dtypeName(this.stored));
  }
}

/** The dtype that numpy.dtype(spec) makes. @throws ModelFileError for one not known */
export function parseDtype(spec: PyValue): StoredDtype {
  if (spec instanceof DtypeObject) return spec.stored;
  const name = spec instanceof PyFunction ? spec.name.slice(spec.name.lastIndexOf('.') + 1) : spec;
  if (typeof name !== 'string' || name.length > 40) throw damagedDtype();
  const parts = /^([<>|=]?)([a-zA-Z?])(\d*)$/.exec(CODES.get(name) ?? name);
  if (parts === null) throw unknownDtype(name);
  const [, order, code, digits] = parts;
  const kind = code === '?' ? 'b' : code === 'a' ? 'S' : code;
  if (!KINDS.includes(kind)) throw unknownDtype(name);
  const width = digits === '' ? (WIDTHS[kind]?.at(-1) ?? 0) : Number(digits);
  const itemsize = kind === 'U' ? 4 * width : width;
  return checked({ kind: kind as DtypeKind, itemsize, bigEndian: order === '>', depth: 0 });
}

/** A dtype whose items numpy pickles as objects: `object`, and the variable-width strings of numpy 2. */
export const OBJECT_DTYPE: StoredDtype = { kind: 'O', itemsize: 8, bigEndian: false, depth: 0 };

/** The public part of a dtype. */
export function publicDtype(stored: StoredDtype): Dtype {
  const { kind, itemsize, fields } = stored;
  if (fields === undefined) return { kind, itemsize };
  return {
    kind,
    itemsize,
    fields: fields.map(({ name, dtype, offset }) => {
      const inner = dtype.base?.dtype ?? dtype;
      const shape = dtype.base?.shape;
      return { name, dtype: publicDtype(inner), offset, ...(shape && { shape }) };
    }),
  };
}

function recordDtype(names: PyTuple, fields: PyDict, itemsize: number, budget: Budget): StoredDtype {
  budget.heap(FIELD_COST * names.items.length);
  const parsed = names.items.map((name) => {
    const field = fields.get(name);
    const [dtype, offset] = field instanceof PyTuple ? field.items : [];
    if (typeof name !== 'string' || !(dtype instanceof DtypeObject) || typeof offset !== 'number') {
      throw damagedDtype();
    }
    const end = offset + dtype.stored.itemsize;
    if (!Number.isInteger(offset) || offset < 0 || end > itemsize) throw damagedDtype();
    if (dtype.stored.kind === 'O')
      throw new ModelFileError('a record array holds objects, which is not supported');
    return { name, dtype: dtype.stored, offset };
  });
  const depth = 1 + Math.max(0, ...parsed.map((field) => field.dtype.depth));
  return checked({ kind: 'V', itemsize, bigEndian: false, fields: parsed, depth });
}

function subarrayDtype(subarray: PyTuple): StoredDtype {
  const [base, dims] = subarray.items;
  if (!(base instanceof DtypeObject) || base.stored.kind === 'O') throw damagedDtype();
  const shape = dims instanceof PyTuple ? dims.items : [dims];
  if (!shape.every((n): n is number => typeof n === 'number' && Number.isInteger(n) && n >= 0)) {
    throw damagedDtype();
  }
  if (shape.length > 8) throw damagedDtype();
  const dtype = base.stored;
  const itemsize = shape.reduce((a, b) => a * b, dtype.itemsize);
  return checked({ kind: 'V', itemsize, bigEndian: false, base: { dtype, shape }, depth: dtype.depth + 1 });
}

function checked(dtype: StoredDtype): StoredDtype {
  const { kind, itemsize, depth } = dtype;
  const widths = WIDTHS[kind];
  const whole = Number.isInteger(itemsize) && itemsize >= 0 && itemsize <= MAX_ITEMSIZE;
  if (!whole || depth > MAX_DEPTH || (widths && !widths.includes(itemsize))) throw damagedDtype();
  if (kind === 'U' && itemsize % 4 !== 0) throw damagedDtype();
  return dtype;
}

function dtypeName({ kind, itemsize }: StoredDtype): string {
  const names: Partial<Record<DtypeKind, string>> = { i: 'int', u: 'uint', f: 'float', c: 'complex' };
  const numeric = names[kind];
  if (numeric !== undefined) return `${numeric}${8 * itemsize}`;
  return kind === 'b' ? 'bool' : kind === 'O' ? 'object' : `${kind}${kind === 'U' ? itemsize / 4 : itemsize}`;
}

function damagedDtype(): ModelFileError {
  return new ModelFileError('a numpy dtype in the file is damaged');
}

function unknownDtype(name: string): ModelFileError {
  return new ModelFileError(`the numpy dtype ${JSON.stringify(name)} is not supported`);
}
