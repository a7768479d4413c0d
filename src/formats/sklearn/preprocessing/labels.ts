/** Encoders of the target, when they are the model itself: sklearn.preprocessing LabelEncoder and LabelBinarizer. */
import { labels, number, refuse, requireOption } from '../../pickle/attributes.js';
import { ModelInputError, type Label } from '../../../inference/model.js';
import type { Evaluator, Table } from '../../../inference/tabular/evaluator.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { cellError, tableOf } from '../../../inference/tabular/tables.js';
import type { PyObject } from '../../pickle/values.js';

/** The position of each label in classes_. */
export const labelEncoder: EvaluatorFactory = (estimator) =>
  labelTransformer(estimator, 1, (code, row, out) => {
    out[row] = code;
  });

/** One column per class, or a single one for two classes. For an unknown label, no column is marked. */
export const labelBinarizer: EvaluatorFactory = (estimator) => {
  requireOption(estimator, 'y_type_', ['binary', 'multiclass']);
  const positive = number(estimator, 'pos_label');
  const negative = number(estimator, 'neg_label');
  const size = labels(estimator).length;
  const columns = size <= 2 ? 1 : size;
  return labelTransformer(
    estimator,
    columns,
    (code, row, out) => {
      for (let k = 0; k < columns; k++) {
        const marked = columns > 1 ? code === k : code === 1;
        out[row * columns + k] = marked ? positive : negative;
      }
    },
    true,
  );
};

function labelTransformer(
  estimator: PyObject,
  columns: number,
  write: (code: number, row: number, out: Float64Array) => void,
  allowsUnknown = false,
): Evaluator {
  const classes = labels(estimator);
  const codes = new Map<Label, number>(classes.map((label, code) => [toKey(estimator, label), code]));
  const text = classes.filter((label) => typeof label === 'string');
  const valueAt = (x: Table, row: number): string | number | null =>
    x.text?.get(0)?.[row] ?? (x.text ? null : x.numbers[row]);
  return {
    nFeatures: 1,
    ...(text.length > 0 && { textColumns: new Map([[0, text]]) }),
    sources: new Array<undefined>(columns).fill(undefined),
    transform: (x) => {
      if (x.columns !== 1)
        throw new ModelInputError(`${x.columns} values a row were given where the model takes 1`);
      const out = new Float64Array(x.rows * columns);
      for (let i = 0; i < x.rows; i++) {
        const value = valueAt(x, i);
        const code = value === null ? undefined : codes.get(value);
        if (code === undefined && !allowsUnknown) {
          throw cellError(i, 0, `is ${JSON.stringify(value)}, a label that the model was not trained on`);
        }
        write(code ?? -1, i, out);
      }
      return tableOf(x.rows, columns, out);
    },
  };
}

/** A table's numbers are float64, in which whole numbers beyond 2^53 are not told apart. */
function toKey(estimator: PyObject, label: Label): string | number {
  if (typeof label === 'bigint') return refuse(estimator, `the class ${label}, a whole number beyond 2^53,`);
  return typeof label === 'boolean' ? Number(label) : label;
}
