/** LightGBM's fitted classes in pickles: the model's text is in `_handle`, next to attributes of Python. */
import { ModelFileError } from '../../inference/model.js';
import {
  childObject,
  has,
  labels,
  listItems,
  numberOr,
  optional,
  refuse,
  scalar,
  show,
} from '../pickle/attributes.js';
import { entriesOf, type EvaluatorEntry, type EvaluatorFactory } from '../pickle/library.js';
import { PyDict, type PyObject, type PyValue } from '../pickle/values.js';
import { boosterEvaluator, classifierEvaluator } from './evaluator.js';
import { readLightgbm, type LightgbmModel } from './lightgbm-model.js';
import { isCategory, type Category } from './tail.js';

/** The attribute with the text, from 4.0 on and before. */
const HANDLES = ['_handle', 'handle'];

/** The model of a pickled Booster. @throws ModelFileError if it is missing or damaged */
export function modelOf(booster: PyObject): LightgbmModel {
  const handle = HANDLES.map((name) => optional(booster, name)).find((value) => value !== undefined);
  if (typeof handle !== 'string') {
    throw new ModelFileError(
      'Booster holds no model: it was not trained, or by a version of LightGBM that is not known',
    );
  }
  return readLightgbm(Buffer.from(handle, 'utf8'));
}

/** `Booster.predict`, with the best iteration if early stopping found one. */
const booster: EvaluatorFactory = (estimator) => {
  const model = modelOf(estimator);
  return boosterEvaluator(model, {
    bestIteration: numberOr(estimator, 'best_iteration', 0),
    pandasCategorical:
      model.tail.pandasCategorical ?? pandasCategories(optional(estimator, 'pandas_categorical')),
  });
};

/** The booster that a scikit-learn wrapper was fitted with. */
const wrapper: EvaluatorFactory = (estimator, build) => {
  if (!has(estimator, '_Booster'))
    throw new ModelFileError(`${estimator.shortName} has no _Booster: it was not fitted`);
  const others = optional(estimator, '_other_params');
  const stop = others instanceof PyDict ? (others.get('pred_early_stop') ?? false) : false;
  if (stop !== false && scalar(stop) !== 0) refuse(estimator, 'pred_early_stop');
  return build(childObject(estimator, '_Booster'));
};

/**
 * An attribute that 4.7 introduced together with `decision_function`, which scikit-learn's calibration, stacking and
 * multiclass estimators prefer to probabilities.
 */
const SINCE_4_7 = '_fitted_with_feature_names';

const classifier: EvaluatorFactory = (estimator, build, traitsOf) => {
  const classes = has(estimator, '_classes')
    ? labels(estimator, '_classes')
    : labels(childObject(estimator, '_le'));
  const evaluator = classifierEvaluator(wrapper(estimator, build, traitsOf), classes);
  return estimator.attributes.has(SINCE_4_7)
    ? { ...evaluator, decisionFunction: evaluator.margin }
    : evaluator;
};

const entry = entriesOf('boosting');

export const LIGHTGBM_ESTIMATORS: readonly EvaluatorEntry[] = [
  entry('LGBMClassifier', classifier),
  entry('LGBMRegressor', wrapper),
  entry('LGBMRanker', wrapper),
  entry('LGBMModel', wrapper),
  entry('Booster', booster),
];

/** Python's pandas_categorical: lists of strings, numbers or booleans. */
function pandasCategories(value: PyValue | undefined): Category[][] | undefined {
  if (value === undefined) return undefined;
  const lists = listItems(value) ?? damaged(value);
  return lists.map((list) =>
    (listItems(list) ?? damaged(list)).map((item) =>
      isCategory(item) ? item : (scalar(item) ?? damaged(item)),
    ),
  );
}

function damaged(value: PyValue): never {
  throw new ModelFileError(
    `Booster: pandas_categorical holds ${show(value)}, where lists of text, numbers or booleans were expected`,
  );
}
