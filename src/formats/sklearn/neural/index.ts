import { checkSize, childObject, labels, requireOption } from '../../pickle/attributes.js';
import type { Evaluator, Matrix } from '../../../inference/tabular/evaluator.js';
import type { EvaluatorEntry } from '../../pickle/library.js';
import { labelPrediction, newMatrix } from '../../../inference/numeric/numeric.js';
import type { PyObject } from '../../pickle/values.js';
import { perceptronNetworks } from '../rebuild/networks.js';
import { networkOf } from './network.js';

/** MLPRegressor, for one target or several. */
export function mlpRegressor(estimator: PyObject): Evaluator {
  const { nFeatures, outputs, forward } = networkOf(estimator);
  return { nFeatures, nOutputs: outputs, takesSparse: true, predict: forward };
}

/** MLPClassifier: one logistic output for two classes, a softmax for more, a logistic output a label for several labels. */
export function mlpClassifier(estimator: PyObject): Evaluator {
  const { nFeatures, outputs, forward } = networkOf(estimator);
  const binarizer = childObject(estimator, '_label_binarizer');
  const kind = requireOption(binarizer, 'y_type_', ['binary', 'multiclass', 'multilabel-indicator']);
  const classes = labels(binarizer);
  checkSize(estimator, 'coefs_', outputs, kind === 'binary' ? 1 : classes.length, 'outputs');
  if (kind === 'multilabel-indicator') {
    return {
      nFeatures,
      classes,
      takesSparse: true,
      nOutputs: outputs,
      predict: (x) => {
        const { rows, columns, data } = forward(x);
        return { rows, columns, data: data.map((p) => (p > 0.5 ? 1 : 0)) };
      },
      predictProba: (x) => (outputs === 1 ? withComplement(forward(x)) : forward(x)),
    };
  }
  return {
    nFeatures,
    classes,
    takesSparse: true,
    predict: (x) => labelPrediction(forward(x), classes, 0.5),
    predictProba: (x) => (outputs === 1 ? withComplement(forward(x)) : forward(x)),
  };
}

/** Columns 1 - p and p of one column p. */
function withComplement({ rows, data }: Matrix): Matrix {
  const out = newMatrix(rows, 2);
  for (let i = 0; i < rows; i++) {
    out.data[2 * i] = 1 - data[i];
    out.data[2 * i + 1] = data[i];
  }
  return out;
}

/** Multi-layer perceptrons: sklearn.neural_network. */
export const NEURAL: readonly EvaluatorEntry[] = [
  { className: 'MLPClassifier', family: 'neural', factory: mlpClassifier, denseNetworks: perceptronNetworks },
  { className: 'MLPRegressor', family: 'neural', factory: mlpRegressor, denseNetworks: perceptronNetworks },
];
