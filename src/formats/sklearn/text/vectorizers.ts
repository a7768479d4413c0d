/** sklearn.feature_extraction.text: CountVectorizer, TfidfVectorizer, TfidfTransformer, HashingVectorizer. */
import { ModelFileError } from '../../../inference/model.js';
import type { Evaluator, Table } from '../../../inference/tabular/evaluator.js';
import { numbersOf } from '../../../inference/numeric/numeric.js';
import { normaliseRows } from '../../../inference/tabular/row-norms.js';
import { sparseRowsOf, sparseTable } from '../../../inference/tabular/sparse.js';
import { checkColumns } from '../../../inference/tabular/tables.js';
import { countTerms, hashTerms } from '../../../inference/text/vectorize.js';
import { weighTerms, type TermWeights } from '../../../inference/text/weights.js';
import {
  attribute,
  childObject,
  flag,
  has,
  nFeaturesIn,
  number,
  optional,
  refuse,
  requireOption,
  show,
  toVector,
  vector,
} from '../../pickle/attributes.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { PyFunction, SparseMatrix, type PyObject } from '../../pickle/values.js';
import { analyzerOf } from './analyzer.js';
import { vocabularyOf } from './vocabulary.js';

/** How often each word, or n-gram, of the vocabulary occurs in a text. */
export const countVectorizer: EvaluatorFactory = (estimator) => {
  const { columns, transform } = counterOf(estimator);
  return textTransformer(columns, transform);
};

/** Counts, weighted as TfidfTransformer does it. */
export const tfidfVectorizer: EvaluatorFactory = (estimator) => {
  requireFloat64(estimator);
  const { columns, transform } = counterOf(estimator);
  const weights = weightsOf(childObject(estimator, '_tfidf'), columns);
  return textTransformer(columns, (x) => weighTerms(transform(x), weights));
};

/** Counts of another step, weighted by their logarithm, how rare the term is, and the row's length. */
export const tfidfTransformer: EvaluatorFactory = (estimator) => {
  const idf = idfOf(estimator);
  const nFeatures = nFeaturesIn(estimator, () => idf?.length ?? -1);
  const weights = weightsOf(estimator, nFeatures);
  return {
    nFeatures,
    takesSparse: true,
    sources: nFeatures < 0 ? undefined : new Array<undefined>(nFeatures).fill(undefined),
    transform: (x) => {
      checkColumns(x, nFeatures < 0 ? x.columns : nFeatures);
      if (x.sparse !== undefined) return weighTerms(x, weights);
      numbersOf(x, x.columns);
      return weighTerms(sparseTable(x.columns, sparseRowsOf(x)), weights);
    },
  };
};

/** How often terms occur, in the column that the hash of each leads to. */
export const hashingVectorizer: EvaluatorFactory = (estimator) => {
  requireFloat64(estimator);
  const columns = number(estimator, 'n_features');
  if (!Number.isInteger(columns) || columns < 1 || columns > MOST_COLUMNS)
    refuse(estimator, `n_features ${columns} (more than ${MOST_COLUMNS})`);
  const norm = requireOption(estimator, 'norm', ['l1', 'l2', null]);
  const count = hashTerms(
    analyzerOf(estimator),
    columns,
    flag(estimator, 'alternate_sign'),
    flag(estimator, 'binary'),
  );
  return textTransformer(columns, norm === null ? count : (x) => normaliseRows(count(x), norm));
};

/** Twice what a HashingVectorizer has unless told otherwise. */
const MOST_COLUMNS = 2 ** 21;

function counterOf(estimator: PyObject) {
  const { terms, columns } = vocabularyOf(estimator);
  return { columns, transform: countTerms(analyzerOf(estimator), terms, columns, flag(estimator, 'binary')) };
}

function textTransformer(columns: number, transform: (x: Table) => Table): Evaluator {
  return {
    nFeatures: 1,
    textColumns: new Map([[0, []]]),
    sources: new Array<undefined>(columns).fill(undefined),
    transform,
  };
}

function weightsOf(estimator: PyObject, columns: number): TermWeights {
  const norm = requireOption(estimator, 'norm', ['l1', 'l2', null]);
  const idf = idfOf(estimator);
  if (idf !== undefined && columns >= 0 && idf.length !== columns) {
    throw new ModelFileError(
      `${estimator.shortName}: idf_ has ${idf.length} values, where ${columns} were expected`,
    );
  }
  return {
    sublinear: flag(estimator, 'sublinear_tf'),
    ...(idf !== undefined && { idf }),
    ...(norm !== null && { norm }),
  };
}

/** idf_ of scikit-learn 1.5 on, or the diagonal of the matrix that earlier versions keep. */
function idfOf(estimator: PyObject): Float64Array | undefined {
  if (!flag(estimator, 'use_idf')) return undefined;
  if (has(estimator, 'idf_')) return vector(estimator, 'idf_');
  const diagonal = attribute(estimator, '_idf_diag');
  if (!(diagonal instanceof SparseMatrix)) refuse(estimator, `_idf_diag ${show(diagonal)}`);
  const values = toVector(diagonal.data);
  const places = toVector(diagonal.indices);
  if (values?.length !== diagonal.shape[0] || places?.some((place, k) => place !== k) !== false)
    throw new ModelFileError(`${estimator.shortName}: _idf_diag is not a diagonal matrix`);
  return values;
}

/** @throws ModelFileError where values are rounded to float32, in which later steps would then compute */
function requireFloat64(estimator: PyObject): void {
  const dtype = optional(estimator, 'dtype');
  const name = dtype instanceof PyFunction ? dtype.name : undefined;
  if (dtype !== undefined && name !== 'numpy.float64') refuse(estimator, `dtype ${name ?? show(dtype)}`);
}
