import { describe, expect, it } from 'vitest';
import { PyDict, PyFunction, PyList, PyObject, PyTuple, type PyValue } from '../../pickle/values.js';
import { modelTree } from './model-tree.js';
import { describe as describeModel } from './provenance.js';

const object = (name: string, attributes: Record<string, PyValue> = {}) =>
  new PyObject(`sklearn.${name}`, new Map(Object.entries(attributes)));
const step = (name: string, estimator: PyValue, ...rest: PyValue[]) =>
  new PyTuple([name, estimator, ...rest]);

describe('the tree of a model', () => {
  it('has the parameters, not what was learned, and plain values only', () => {
    const model = object('SGDClassifier', {
      alpha: 0.1,
      eta0: Infinity,
      class_weight: new PyDict([[0, 2]]),
      dtype: new PyFunction('numpy.float64'),
      coef_: 1,
      _private: 2,
    });
    expect(modelTree(model)).toEqual({
      className: 'SGDClassifier',
      parameters: { alpha: 0.1, eta0: 'Infinity', class_weight: { '0': 2 }, dtype: 'numpy.float64' },
    });
  });

  it('names the columns of a column transformer, and what it passes on or drops', () => {
    const fitted = new PyList([
      step('cat', object('OneHotEncoder'), new PyList(['a', 'b'])),
      step('rest', 'passthrough', new PyList([2])),
    ]);
    expect(
      modelTree(object('ColumnTransformer', { transformers: new PyList([]), transformers_: fitted })).steps,
    ).toEqual([
      { className: 'OneHotEncoder', name: 'cat', parameters: { columns: ['a', 'b'] } },
      { className: 'passthrough', name: 'rest', parameters: { columns: [2] } },
    ]);
  });

  it('shows the estimator that a search found, not the one that it began with', () => {
    const search = object('GridSearchCV', {
      estimator: object('SVC', { C: 1 }),
      best_estimator_: object('SVC', { C: 10 }),
    });
    expect(modelTree(search)).toEqual({
      className: 'GridSearchCV',
      parameters: {},
      steps: [{ className: 'SVC', name: 'best_estimator_', parameters: { C: 10 } }],
    });
    expect(describeModel(search)).toBe('scikit-learn GridSearchCV (SVC)');
  });

  it('ends where steps hold themselves or repeat without end', () => {
    const steps = new PyList([]);
    const pipeline = object('Pipeline', { steps });
    steps.items.push(step('a', pipeline), step('b', pipeline));
    const count = ({ steps: inner = [] }: ReturnType<typeof modelTree>): number =>
      1 + inner.reduce((sum, node) => sum + count(node), 0);
    expect(count(modelTree(pipeline))).toBe(500);
  });

  it('writes out no more than a mebibyte of parameters that refer to one another', () => {
    let value: PyValue = 'x'.repeat(1000);
    for (let depth = 0; depth < 4; depth++) value = new PyList(Array.from({ length: 50 }, () => value));
    const attributes = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`p${i}`, value]));
    const tree = JSON.stringify(modelTree(object('SVC', attributes)));
    expect(tree.length).toBeGreaterThan(2 ** 20 - 2 ** 16);
    expect(tree.length).toBeLessThan(2 ** 21);
  });
});
