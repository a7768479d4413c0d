/**
 * The rows of histogram gradient boosting as its trees see them. From 1.4 on, an estimator fitted with categorical
 * columns encodes them first and puts them before the others (BaseHistGradientBoosting._preprocess_X).
 */
import { ModelFileError } from '../../../inference/model.js';
import { attribute, childObject, has, nFeaturesIn, number, vector } from '../../pickle/attributes.js';
import { toItems } from '../../pickle/conversions.js';
import type { Evaluator, Table } from '../../../inference/tabular/evaluator.js';
import { numbersOf } from '../../../inference/numeric/numeric.js';
import { relocate, takeColumns } from '../../../inference/tabular/tables.js';
import { PyObject } from '../../pickle/values.js';
import { sideBySide } from '../../../inference/tabular/members.js';

export interface HistRows {
  readonly shape: Pick<Evaluator, 'nFeatures' | 'acceptsMissing' | 'textColumns'>;
  /** `rows` × `nFeatures`, in the trees' order of columns. */
  readonly numbersOf: (x: Table) => Float64Array;
}

function featuresOf(estimator: PyObject): number {
  return nFeaturesIn(estimator, () =>
    number(estimator, has(estimator, '_n_features') ? '_n_features' : 'n_features_'),
  );
}

export function histRows(estimator: PyObject, build: (nested: PyObject) => Evaluator): HistRows {
  const nFeatures = featuresOf(estimator);
  const shape = { nFeatures, acceptsMissing: true };
  if (!has(estimator, '_preprocessor')) return { shape, numbersOf: (x) => numbersOf(x, nFeatures) };
  const isCategorical = vector(estimator, 'is_categorical_', nFeatures);
  const categorical: number[] = [];
  const numeric: number[] = [];
  isCategorical.forEach((flag, column) => (flag === 0 ? numeric : categorical).push(column));
  const encoder = encoderOf(estimator, build, categorical.length);
  const textColumns = new Map([...(encoder.textColumns ?? [])].map(([k, known]) => [categorical[k], known]));
  return {
    shape: { ...shape, ...(textColumns.size > 0 && { textColumns }) },
    numbersOf: (x) => {
      const codes = on(x, categorical, (part) => encoder.transform(part).numbers);
      const others = on(x, numeric, (part) => numbersOf(part, numeric.length));
      const parts = [
        { rows: x.rows, columns: categorical.length, data: codes },
        { rows: x.rows, columns: numeric.length, data: others },
      ];
      return sideBySide(parts, x.rows).data;
    },
  };
}

/** What `compute` makes of some columns; an error names the column among all. */
function on<T>(x: Table, columns: readonly number[], compute: (part: Table) => T): T {
  try {
    return compute(takeColumns(x, columns));
  } catch (error) {
    throw relocate(error, (k) => columns[k]);
  }
}

function encoderOf(estimator: PyObject, build: (nested: PyObject) => Evaluator, columns: number) {
  const steps = toItems(attribute(childObject(estimator, '_preprocessor'), 'transformers_')) ?? [];
  for (const step of steps) {
    const [name, encoder] = toItems(step) ?? [];
    if (name !== 'encoder' || !(encoder instanceof PyObject)) continue;
    const evaluator = build(encoder);
    if (evaluator.transform === undefined || evaluator.nFeatures !== columns) break;
    return { ...evaluator, transform: evaluator.transform };
  }
  throw new ModelFileError(
    `${estimator.shortName}: _preprocessor has no encoder of its ${columns} categorical columns`,
  );
}
