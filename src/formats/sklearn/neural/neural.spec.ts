import { describe, expect, it } from 'vitest';
import { estimator, evaluatorOf, floats, objects, table } from '../../../../test/support/sklearn.js';

const binarizer = (type: string, ...classes: string[]) =>
  estimator('LabelBinarizer', { y_type_: type, classes_: objects(...classes) });

const layers = (activation: string, output: string) => ({
  activation,
  out_activation_: output,
  coefs_: [floats([[1, -1]]), floats([[1], [2]])], // prettier-ignore
  intercepts_: [floats([0, 1]), floats([-1])],
});

describe('MLPRegressor', () => {
  const answer = (activation: string, output = 'identity') =>
    evaluatorOf('MLPRegressor', layers(activation, output)).predict!(table([3])).data[0];

  it('runs through every activation', () => {
    expect(answer('identity')).toBe(3 - 4 - 1);
    expect(answer('relu')).toBe(2);
    expect(answer('tanh')).toBeCloseTo(Math.tanh(3) + 2 * Math.tanh(-2) - 1, 15);
    expect(answer('logistic')).toBeCloseTo(1 / (1 + Math.exp(-3)) + 2 / (1 + Math.exp(2)) - 1, 15);
    expect(answer('relu', 'exp')).toBe(Math.exp(2));
    expect(() => answer('gelu')).toThrow('MLPRegressor: activation "gelu" cannot be evaluated');
  });

  it('refuses layers that do not fit together', () => {
    const broken = { ...layers('relu', 'identity'), intercepts_: [floats([0, 1]), floats([1, 2])] };
    expect(() => evaluatorOf('MLPRegressor', broken)).toThrow('MLPRegressor: intercepts_[1] has 2 values');
  });
});

describe('MLPClassifier', () => {
  it('has one logistic output for two classes, and the first class at one half', () => {
    const model = evaluatorOf('MLPClassifier', {
      ...layers('identity', 'logistic'),
      _label_binarizer: binarizer('binary', 'no', 'yes'),
    });
    // The output's argument is x + 2 (1 - x) - 1 = 1 - x.
    expect(model.predictProba!(table([1])).data).toEqual(Float64Array.of(0.5, 0.5));
    expect(model.predict!(table([1], [0], [2])).data).toEqual(['no', 'yes', 'no']);
  });

  it('has an output a label where rows have several', () => {
    const model = evaluatorOf('MLPClassifier', {
      activation: 'relu',
      out_activation_: 'logistic',
      coefs_: [floats([[1, -1]])], // prettier-ignore
      intercepts_: [floats([0, 0])],
      _label_binarizer: estimator('LabelBinarizer', {
        y_type_: 'multilabel-indicator',
        classes_: floats([0, 1]),
      }),
    });
    expect(model.predict!(table([2], [0]))).toEqual({
      rows: 2,
      columns: 2,
      data: Float64Array.of(1, 0, 0, 0),
    });
  });
});
