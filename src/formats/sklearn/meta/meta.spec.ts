import { describe, expect, it } from 'vitest';
import { decisionTree } from '../../../../test/support/sklearn-trees.js';
import { dict, estimator, evaluatorOf, floats, objects, table } from '../../../../test/support/sklearn.js';
import { PyFunction, type PyObject } from '../../pickle/values.js';

const x = table([0], [1]);
const rounded = (values: ArrayLike<unknown>) =>
  Array.from(values, (value) => Number(Number(value).toFixed(12)));
/** Probability of class 1 below and above 0.5, for the classes 0 and 1. */
const tree = (below: number, above: number) =>
  decisionTree(
    'DecisionTreeClassifier',
    { feature: 0, threshold: 0.5, left: [1 - below, below], right: [1 - above, above] },
    1,
    { nClasses: 2, classes_: floats([0, 1]), criterion: 'gini' },
  );
/** A decision value of coef · x + intercept between the classes 0 and 1. */
const linear = (coef: number, intercept: number) =>
  estimator('LinearSVC', {
    coef_: floats([[coef]]),
    intercept_: floats([intercept]),
    classes_: floats([0, 1]),
  });
const regressor = (coef: number, intercept: number) =>
  estimator('LinearRegression', { coef_: floats([coef]), intercept_: intercept });

describe('CalibratedClassifierCV', () => {
  const calibrated = (method: string, inner: PyObject, calibrator: PyObject, attributes: object = {}) =>
    evaluatorOf('CalibratedClassifierCV', {
      classes_: objects('no', 'yes'),
      calibrated_classifiers_: [
        estimator('_CalibratedClassifier', {
          estimator: inner,
          method,
          calibrators: [calibrator],
          classes: floats([0, 1]),
          ...attributes,
        }),
      ],
    });
  const labelled = (inner: PyObject) => {
    inner.attributes.set('classes_', objects('no', 'yes'));
    return inner;
  };

  it('passes decision values through a sigmoid', () => {
    const model = calibrated(
      'sigmoid',
      labelled(linear(1, 0)),
      estimator('_SigmoidCalibration', { a_: -Math.log(3), b_: 0 }),
    );
    expect(rounded(model.predictProba!(x).data)).toEqual([0.5, 0.5, 0.25, 0.75]);
    expect(model.predict!(x).data).toEqual(['no', 'yes']);
  });

  it('interpolates between isotonic thresholds, and stays at their ends', () => {
    const isotonic = estimator('IsotonicRegression', {
      X_thresholds_: floats([0, 2]),
      y_thresholds_: floats([0.25, 0.75]),
      X_min_: 0,
      X_max_: 2,
      out_of_bounds: 'clip',
    });
    const model = calibrated('isotonic', labelled(linear(1, 0)), isotonic);
    expect(model.predictProba!(table([-5], [1], [9])).data).toEqual(
      Float64Array.of(0.75, 0.25, 0.5, 0.5, 0.25, 0.75),
    );
  });

  it('scales logits by a temperature', () => {
    const scaling = estimator('_TemperatureScaling', { beta_: Math.log(3) / 2 });
    const model = calibrated('temperature', labelled(linear(1, 0)), scaling);
    expect(rounded(model.predictProba!(x).data)).toEqual([0.5, 0.5, 0.25, 0.75]);
    const fromProbabilities = calibrated(
      'temperature',
      labelled(tree(0.2, 0.8)),
      estimator('_TemperatureScaling', { beta_: 1 }),
    );
    expect(fromProbabilities.predictProba!(x).data[1]).toBeCloseTo(0.2, 10);
  });

  it('refuses another method', () => {
    expect(() => calibrated('venn', labelled(linear(1, 0)), estimator('X', {}))).toThrow(
      '_CalibratedClassifier: method "venn" cannot be evaluated',
    );
  });
});

describe('OneVsRestClassifier', () => {
  const rest = (
    type: string,
    members: PyObject[],
    classes: PyObject | ReturnType<typeof floats>,
    version = '1.9.1',
  ) =>
    evaluatorOf('OneVsRestClassifier', {
      _sklearn_version: version,
      estimators_: members,
      label_binarizer_: estimator('LabelBinarizer', { y_type_: type, classes_: classes }),
    });

  it('takes the first of equal scores, the last before 1.8', () => {
    const members = [tree(0.5, 0.1), tree(0.5, 0.1), tree(0.1, 0.3)];
    const names = objects('a', 'b', 'c');
    expect(rest('multiclass', members, names).predict!(x).data).toEqual(['a', 'c']);
    expect(rest('multiclass', members, names, '1.7.2').predict!(x).data).toEqual(['b', 'c']);
    expect(rounded(rest('multiclass', members, names).predictProba!(x).data)).toEqual(
      rounded([5 / 11, 5 / 11, 1 / 11, 0.2, 0.2, 0.6]),
    );
  });

  it('answers for two classes with one estimator', () => {
    const model = rest('binary', [tree(0.25, 0.75)], objects('no', 'yes'));
    expect(model.predict!(x).data).toEqual(['no', 'yes']);
    expect(model.predictProba!(x).data).toEqual(Float64Array.of(0.75, 0.25, 0.25, 0.75));
  });

  it('answers with several labels a row, constant ones too', () => {
    const constant = estimator('_ConstantPredictor', { y_: floats([1]) });
    const model = rest('multilabel-indicator', [tree(0.25, 0.75), constant], floats([0, 1]));
    expect(model.predict!(x)).toEqual({ rows: 2, columns: 2, data: Float64Array.of(0, 1, 1, 1) });
    expect(model.predictProba!(x).data).toEqual(Float64Array.of(0.25, 1, 0.75, 1));
  });
});

describe('OneVsOneClassifier', () => {
  it('counts votes and breaks ties by confidence', () => {
    // Each class wins once: a over c, b over a, c over b.
    const members = [linear(0, 2), linear(0, -1), linear(0, 3)];
    const model = evaluatorOf('OneVsOneClassifier', {
      estimators_: members,
      classes_: objects('a', 'b', 'c'),
    });
    const part = (sum: number) => sum / (3 * (Math.abs(sum) + 1));
    expect(rounded(model.decisionFunction!(table([0])).data)).toEqual(
      rounded([1 + part(-1), 1 + part(-1), 1 + part(2)]),
    );
    expect(model.predict!(table([0])).data).toEqual(['c']);
  });

  it('refuses a number of estimators that does not fit', () => {
    const attributes = { estimators_: [linear(1, 0)], classes_: objects('a', 'b', 'c') };
    expect(() => evaluatorOf('OneVsOneClassifier', attributes)).toThrow(
      'OneVsOneClassifier: estimators_ has 1 estimators, where 3 were expected',
    );
  });
});

describe('OutputCodeClassifier', () => {
  it('takes the nearest code', () => {
    const model = evaluatorOf('OutputCodeClassifier', {
      estimators_: [linear(2, -1), linear(0, 1)],
      classes_: objects('a', 'b', 'c'),
      code_book_: floats([[-1, -1], [1, 1], [-1, 1]]), // prettier-ignore
    });
    expect(model.predict!(x).data).toEqual(['c', 'b']);
  });
});

describe('searches', () => {
  it('answer as their best estimator, and are refused without one', () => {
    const model = evaluatorOf('GridSearchCV', { best_estimator_: regressor(2, 1) });
    expect(model.predict!(x).data).toEqual(Float64Array.of(1, 3));
    expect(() => evaluatorOf('RandomizedSearchCV', {})).toThrow(
      'RandomizedSearchCV has no best_estimator_: it was not fitted, or with refit=False',
    );
  });
});

describe('TransformedTargetRegressor', () => {
  const target = (className: string, attributes: object) =>
    evaluatorOf('TransformedTargetRegressor', {
      regressor_: regressor(1, 0),
      transformer_: estimator(className, attributes as Record<string, never>),
    }).predict!(x).data;

  it.each([
    ['FunctionTransformer', { inverse_func: null }, [0, 1]],
    ['FunctionTransformer', { inverse_func: new PyFunction('numpy.exp') }, [1, Math.E]],
    ['StandardScaler', { with_mean: true, with_std: true, mean_: floats([5]), scale_: floats([2]) }, [5, 7]],
    ['MinMaxScaler', { min_: floats([-1]), scale_: floats([0.5]) }, [2, 4]],
    ['RobustScaler', { with_centering: false, with_scaling: true, scale_: floats([3]) }, [0, 3]],
    ['MaxAbsScaler', { scale_: floats([4]) }, [0, 4]],
    ['PowerTransformer', { method: 'box-cox', standardize: false, lambdas_: floats([0]) }, [1, Math.E]],
    [
      'PowerTransformer',
      { method: 'yeo-johnson', standardize: false, lambdas_: floats([2]) },
      [0, Math.sqrt(3) - 1],
    ],
    [
      'QuantileTransformer',
      { output_distribution: 'uniform', references_: floats([0, 1]), quantiles_: floats([[10], [20]]) },
      [10, 20],
    ],
  ])('inverts %s %#', (className, attributes, expected) => {
    expect(rounded(target(className, attributes))).toEqual(rounded(expected));
  });

  it('inverts quantiles of the normal distribution', () => {
    const options = {
      output_distribution: 'normal',
      references_: floats([0, 1]),
      quantiles_: floats([[0], [1]]),
    };
    expect(rounded(target('QuantileTransformer', options))).toEqual([0.5, 0.841344746069]);
  });

  it('refuses a function of the user, arguments to one, and other transformers', () => {
    expect(() => target('FunctionTransformer', { inverse_func: new PyFunction('mine.exp') })).toThrow(
      'FunctionTransformer: inverse_func <function mine.exp> cannot be evaluated',
    );
    const withArguments = { inverse_func: new PyFunction('numpy.exp'), inv_kw_args: dict({ where: false }) };
    expect(() => target('FunctionTransformer', withArguments)).toThrow('inverse_func <function numpy.exp>');
    expect(() => target('PCA', {})).toThrow('PCA: its inverse on a target cannot be evaluated');
  });
});

describe('several targets', () => {
  it('have an estimator each', () => {
    const model = evaluatorOf('MultiOutputClassifier', { estimators_: [tree(0.25, 0.75), tree(1, 0)] });
    expect(model.predict!(x)).toEqual({ rows: 2, columns: 2, data: Float64Array.of(0, 1, 1, 0) });
    expect(model.predictProba!(x).data).toEqual(Float64Array.of(0.75, 0.25, 0, 1, 0.25, 0.75, 1, 0));
  });

  it('in a chain are told of those before them', () => {
    const second = estimator('LinearRegression', { coef_: floats([0, 10]), intercept_: 1 });
    const model = evaluatorOf('RegressorChain', {
      estimators_: [regressor(1, 0), second],
      order_: floats([1, 0]),
    });
    expect(model.predict!(x)).toEqual({ rows: 2, columns: 2, data: Float64Array.of(1, 0, 11, 1) });
    expect(() =>
      evaluatorOf('RegressorChain', { estimators_: [regressor(1, 0), second], order_: floats([0, 0]) }),
    ).toThrow('RegressorChain: order_ is not an order of its targets');
  });
});

describe('thresholds', () => {
  const fixed = (attributes: object) =>
    evaluatorOf('FixedThresholdClassifier', {
      estimator_: tree(0.25, 0.4),
      response_method: 'auto',
      ...attributes,
    });

  it('decide from which score on a row is positive', () => {
    expect(fixed({ threshold: 'auto' }).predict!(x).data).toEqual(Float64Array.of(0, 0));
    expect(fixed({ threshold: 0.4 }).predict!(x).data).toEqual(Float64Array.of(0, 1));
    expect(fixed({ threshold: 0.7, pos_label: 0 }).predict!(x).data).toEqual(Float64Array.of(0, 1));
  });

  it('that were tuned know the positive class of their score', () => {
    const tuned = (score: string, options: Record<string, number>) =>
      evaluatorOf('TunedThresholdClassifierCV', {
        estimator_: tree(0.25, 0.4),
        response_method: 'auto',
        best_threshold_: 0.7,
        _curve_scorer: estimator('_CurveScorer', {
          _score_func: new PyFunction(score),
          _kwargs: dict(options),
        }),
      });
    const metrics = 'sklearn.metrics._classification';
    expect(tuned(`${metrics}.f1_score`, {}).predict!(x).data).toEqual(Float64Array.of(0, 0));
    expect(tuned(`${metrics}.f1_score`, { pos_label: 0 }).predict!(x).data).toEqual(Float64Array.of(0, 1));
    expect(() => tuned('mine.score', {})).toThrow(
      '_CurveScorer: score <function mine.score> cannot be evaluated',
    );
  });
});

describe('dummies', () => {
  it('answer the same for every row', () => {
    const dummy = (strategy: string, constant: string | null = null) =>
      evaluatorOf('DummyClassifier', {
        _strategy: strategy,
        constant,
        classes_: objects('a', 'b'),
        class_prior_: floats([0.25, 0.75]),
      });
    expect(dummy('prior').predictProba!(x).data).toEqual(Float64Array.of(0.25, 0.75, 0.25, 0.75));
    expect(dummy('most_frequent').predictProba!(x).data).toEqual(Float64Array.of(0, 1, 0, 1));
    expect(dummy('constant', 'a').predict!(x).data).toEqual(['a', 'a']);
    expect(() => dummy('uniform')).toThrow('DummyClassifier: _strategy "uniform" cannot be evaluated');
  });
});
