/**
 * The closed list of classes and functions that a model file may name, besides those that a library declares
 * (library.ts). Only names are compared; nothing is imported.
 */
import type { SparseMatrix } from './values.js';
import { constructorOf } from './constructors.js';
import type { Libraries } from './libraries.js';

/**
 * `class`: an object becomes data with the class's name. `constructor`: built by constructors.ts. `reference`: may be
 * named, but never called.
 */
export type Admission = 'class' | 'constructor' | 'reference';

const DATA_CLASSES: readonly RegExp[] = [
  /^numpy\.random\.(_?mt19937\.MT19937|_?pcg64\.PCG64(DXSM)?|_?philox\.Philox|_?sfc64\.SFC64)$/,
  /^numpy\.random\.(mtrand\.RandomState|_?generator\.Generator|bit_generator\.SeedSequence)$/,
  /^numpy\.random\.(RandomState|Generator|MT19937|PCG64|PCG64DXSM|Philox|SFC64|SeedSequence)$/,
  /^scipy\.stats\._distn_infrastructure\.rv_(continuous_|discrete_)?(frozen|sample)$/,
  /^scipy\.stats\._(continuous|discrete)_distns\.\w+_gen$/,
  /^scipy\.interpolate\.(_?interpolate|_bsplines|_polyint|fitpack2|_fitpack2)\.\w+$/,
  /^pandas(\.core\.arrays\.string_)?\.StringDtype$/,
  // A bundle may contain rows of its training data. Only their column names are read (data-frames.ts).
  /^pandas\.core\.(frame\.DataFrame|series\.Series|internals\.managers\.(Single)?BlockManager)$/,
  /^pandas\.core\.(arrays\.categorical\.Categorical|dtypes\.dtypes\.CategoricalDtype)$/,
  /^numpy\.(lib\.(function_base|_function_base_impl)\.)?vectorize$/,
  /^_loss\.Cy\w+$/,
  /^joblib\.memory\.Memory$/,
  /^joblib\.numpy_pickle\.NumpyArrayWrapper$/,
];

/** scipy's sparse classes under their module names of all versions. */
const SPARSE = /^scipy\.sparse\.(_?\w+\.)?(csr|csc|coo)_(matrix|array)$/;

const PANDAS_INDEX =
  /^pandas\.(core\.)?((indexe?s?\.)?(base|range|numeric|index)\.)?(Int64|UInt64|Float64|Range)?Index$/;

/** Array classes that numpy's reconstruction names. All become plain arrays. */
const ARRAY_CLASSES: ReadonlySet<string> = new Set([
  'numpy.ndarray',
  'numpy.matrix',
  'numpy.matrixlib.defmatrix.matrix',
  'numpy.memmap',
  'numpy.core.memmap.memmap',
  'numpy._core.memmap.memmap',
  'numpy.recarray',
  'numpy.rec.recarray',
  'numpy.core.records.recarray',
  'numpy.ma.MaskedArray',
  'numpy.ma.core.MaskedArray',
  'pandas.arrays.StringArray',
  'pandas.core.arrays.string_.StringArray',
]);

const BUILTIN_MODULES: ReadonlySet<string> = new Set(['builtins', '__builtin__']);
const BUILTIN_TYPES: ReadonlySet<string> = new Set(
  'int long float str unicode bool object type NoneType Ellipsis NotImplemented'.split(' '),
);

/** numpy's scalar types, ufuncs and plain functions: what parameters such as dtype or func may refer to. */
const NUMPY_REFERENCES: ReadonlySet<string> = new Set(
  (
    'generic number integer signedinteger unsignedinteger inexact floating complexfloating flexible character ' +
    'bool_ bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 intp uintp int_ uint intc uintc long ulong short ' +
    'ushort byte ubyte longlong ulonglong half single double longdouble float_ float16 float32 float64 float128 ' +
    'complex64 complex128 complex256 csingle cdouble clongdouble object_ str_ unicode_ bytes_ string_ void ' +
    'datetime64 timedelta64 nan inf ' +
    'absolute abs fabs add subtract multiply divide true_divide floor_divide negative positive power float_power ' +
    'remainder mod sqrt square cbrt reciprocal exp exp2 expm1 log log2 log10 log1p sin cos tan arcsin arccos arctan ' +
    'arctan2 sinh cosh tanh arcsinh arccosh arctanh degrees radians deg2rad rad2deg floor ceil trunc rint sign ' +
    'maximum minimum fmax fmin hypot logaddexp logaddexp2 isnan isfinite isinf signbit conjugate ' +
    'mean median average std var sum prod min max amin amax nanmean nanmedian nanstd nanvar nansum nanmin nanmax ' +
    'ravel reshape transpose squeeze array asarray round around round_ clip nan_to_num log_softmax cumsum argmax argmin'
  ).split(' '),
);

const FUNCTION_MODULES =
  /^scipy\.(special(\._ufuncs|\._basic|\._logsumexp)?|spatial\.distance|_lib\.array_api_compat\.numpy\._aliases)$/;

/** How a name is admitted; undefined if it is not. */
export function admit(module: string, name: string, libraries: Libraries): Admission | undefined {
  const full = `${module}.${name}`;
  if (!/^[A-Za-z_][\w.]*$/.test(module) || !/^\w+$/.test(name)) return undefined;
  if (constructorOf(full) !== undefined) return 'constructor';
  const ofLibrary = libraries.admit(full);
  if (ofLibrary !== undefined) return ofLibrary;
  if (SPARSE.test(full) || DATA_CLASSES.some((pattern) => pattern.test(full))) return 'class';
  if (ARRAY_CLASSES.has(full) || PANDAS_INDEX.test(full)) return 'reference';
  if (BUILTIN_MODULES.has(module) && BUILTIN_TYPES.has(name)) return 'reference';
  if (/^numpy(\.|$)/.test(module) && NUMPY_REFERENCES.has(name)) return 'reference';
  return FUNCTION_MODULES.test(module) && !name.startsWith('_') ? 'reference' : undefined;
}

/** The format of a scipy sparse class, "csr" of scipy.sparse._csr.csr_matrix; undefined for other classes. */
export function sparseFormat(className: string): SparseMatrix['format'] | undefined {
  return SPARSE.exec(className)?.[2] as SparseMatrix['format'] | undefined;
}
