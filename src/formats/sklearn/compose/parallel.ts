/** Transformers side by side, each over all columns or some of them: what FeatureUnion and ColumnTransformer share. */
import { ModelFileError } from '../../../inference/model.js';
import type { ColumnSource, Evaluator, Table } from '../../../inference/tabular/evaluator.js';
import {
  checkColumns,
  joinTables,
  refuseMissing,
  relocate,
  tableOf,
  takeColumns,
} from '../../../inference/tabular/tables.js';
import type { PyObject } from '../../pickle/values.js';
import { answersMissing, missingOf } from './steps.js';

/** The most output columns: compositions that share their parts can multiply them without end. */
const COLUMN_LIMIT = 2 ** 21;

/** One of the transformers. */
export interface Branch {
  readonly name: string;
  readonly evaluator: Evaluator;
  readonly weight: number;
  /** The input columns that it is given, in order; all of them where absent. */
  readonly columns?: readonly number[];
}

/**
 * The outputs of all branches side by side. `nFeatures` is -1 where no branch tells how many columns there are.
 * @param sparseOutput whether scikit-learn makes a sparse matrix of them; where absent, it does if one of them is sparse
 */
export function parallel(
  owner: PyObject,
  nFeatures: number,
  branches: readonly Branch[],
  featureNames: readonly string[] | undefined,
  sparseOutput?: boolean,
): Evaluator {
  for (const { name, evaluator } of branches) {
    if (evaluator.transform === undefined) {
      throw new ModelFileError(`${owner.shortName}: ${name} is not a transformer`);
    }
  }
  const weights = branches.map(({ weight }) => weight);
  const sources = sourcesOf(nFeatures, branches);
  if ((sources?.length ?? 0) > COLUMN_LIMIT) {
    throw new ModelFileError(`${owner.shortName}: its output has more than ${COLUMN_LIMIT} columns`);
  }
  return {
    nFeatures,
    featureNames,
    textColumns: textColumnsOf(branches),
    numberCategories: ofInput(branches, ({ numberCategories }) => numberCategories),
    ranges: ofInput(branches, ({ ranges }) => ranges),
    unusedColumns: unusedOf(nFeatures, branches),
    ...missingOf(Math.max(nFeatures, 0), (j) => branches.every((branch) => branchAnswersMissing(branch, j))),
    ...(nFeatures < 0 && { acceptsMissing: branches.every(({ evaluator }) => evaluator.acceptsMissing) }),
    sources,
    transform: (x) => {
      if (nFeatures >= 0) checkColumns(x, nFeatures);
      if (branches.length === 0) return tableOf(x.rows, 0, new Float64Array(0));
      const parts = branches.map((branch) => apply(branch, x, featureNames));
      return joinTables(x.rows, parts, weights, sparseOutput);
    },
  };
}

function apply({ evaluator, columns }: Branch, x: Table, names: readonly string[] | undefined): Table {
  try {
    const own = columns === undefined ? x : takeColumns(x, columns);
    refuseMissing(own, evaluator);
    return evaluator.transform!(own);
  } catch (error) {
    throw relocate(error, (k) => {
      const column = columns === undefined ? k : columns[k];
      return names?.[column] ?? column;
    });
  }
}

function branchAnswersMissing({ evaluator, columns }: Branch, column: number): boolean {
  if (columns === undefined) return answersMissing(evaluator, column);
  return columns.every((own, k) => own !== column || answersMissing(evaluator, k));
}

/** Columns that no branch is given, or that each branch leaves unused. */
function unusedOf(nFeatures: number, branches: readonly Branch[]): Set<number> | undefined {
  const used = new Set<number>();
  for (const { evaluator, columns } of branches) {
    for (let k = 0; k < (columns?.length ?? nFeatures); k++) {
      if (!evaluator.unusedColumns?.has(k)) used.add(columns?.[k] ?? k);
    }
  }
  const unused = new Set<number>();
  for (let j = 0; j < nFeatures; j++) if (!used.has(j)) unused.add(j);
  return unused.size > 0 ? unused : undefined;
}

function textColumnsOf(branches: readonly Branch[]): Map<number, readonly string[]> | undefined {
  const all = new Map<number, readonly string[]>();
  for (const { evaluator, columns } of branches) {
    for (const [k, categories] of evaluator.textColumns ?? []) {
      const column = columns?.[k] ?? k;
      if ((all.get(column)?.length ?? 0) === 0) all.set(column, categories);
    }
  }
  return all.size > 0 ? all : undefined;
}

/** What is known of input columns by the branch that is given them, the first of several. */
function ofInput<T>(
  branches: readonly Branch[],
  of: (evaluator: Evaluator) => ReadonlyMap<number, T> | undefined,
): Map<number, T> | undefined {
  const known = new Map<number, T>();
  for (const { evaluator, columns } of branches) {
    for (const [k, value] of of(evaluator) ?? []) {
      const column = columns?.[k] ?? k;
      if (!known.has(column)) known.set(column, value);
    }
  }
  return known.size > 0 ? known : undefined;
}

/** Undefined where a branch does not tell of its output columns: then those behind it cannot be told apart. */
function sourcesOf(nFeatures: number, branches: readonly Branch[]): (ColumnSource | undefined)[] | undefined {
  const all: (ColumnSource | undefined)[] = [];
  for (const { evaluator, columns, weight } of branches) {
    const given = columns?.length ?? nFeatures;
    const own = evaluator.nFeatures < 0 ? everyColumn(given) : evaluator.sources;
    if (own === undefined) return undefined;
    if (all.length > COLUMN_LIMIT) break;
    for (const source of own) {
      const { column, missing, same } = source ?? {};
      if (column === undefined) all.push(undefined);
      else all.push({ column: columns?.[column] ?? column, missing: missing!, same: same! && weight === 1 });
    }
  }
  return all;
}

function everyColumn(count: number): ColumnSource[] | undefined {
  if (count < 0) return undefined;
  return Array.from({ length: count }, (_, column) => ({ column, missing: true, same: true }));
}
