import { describe, expect, it } from 'vitest';
import { evaluatorOf, floats, objects, table, tuple } from '../../../../test/support/sklearn.js';
import { PyFunction } from '../../pickle/values.js';
import { PairwiseCoupling } from '../../../inference/numeric/pairwise-coupling.js';

/** One support vector a class, and a linear kernel: the scores of the pairs are what the coefficients make of x. */
const three = {
  kernel: 'linear',
  _gamma: 0,
  support_vectors_: floats([[1], [1], [1]]), // prettier-ignore
  _n_support: floats([1, 1, 1]),
  _dual_coef_: floats([[1, -1, 1], [-1, 1, -1]]), // prettier-ignore
  _intercept_: floats([1, -2, 1]),
  classes_: objects('a', 'b', 'c'),
  shape_fit_: tuple(3, 1),
  decision_function_shape: 'ovo',
  break_ties: false,
  probability: false,
};

describe('SVC', () => {
  it('scores pairs of classes, and gives the first class a tie of votes', () => {
    const model = evaluatorOf('SVC', three);
    expect(Array.from(model.decisionFunction!(table([0])).data)).toEqual([1, -2, 1]);
    expect(model.predict!(table([0])).data).toEqual(['a']);
  });

  it('breaks ties by confidence where told to', () => {
    const model = evaluatorOf('SVC', { ...three, decision_function_shape: 'ovr', break_ties: true });
    const confidence = (sum: number) => 1 + sum / (3 * (Math.abs(sum) + 1));
    expect(Array.from(model.decisionFunction!(table([0])).data)).toEqual([-1, 0, 1].map(confidence));
    expect(model.predict!(table([0])).data).toEqual(['c']);
  });

  it('turns the sign of two classes round, since libsvm scores the first', () => {
    const model = evaluatorOf('SVC', {
      ...three,
      support_vectors_: floats([[1], [2]]), // prettier-ignore
      _n_support: floats([1, 1]),
      _dual_coef_: floats([[-1, 1]]),
      _intercept_: floats([0.5]),
      classes_: objects('a', 'b'),
    });
    expect(Array.from(model.decisionFunction!(table([3])).data)).toEqual([-3.5]);
    expect(model.predict!(table([3], [-3])).data).toEqual(['a', 'b']);
  });

  it('refuses kernels that need Python or the training data, by name', () => {
    expect(() => evaluatorOf('SVC', { ...three, kernel: 'precomputed' })).toThrow(
      'SVC: kernel "precomputed" cannot be evaluated; export to ONNX instead',
    );
    expect(() => evaluatorOf('NuSVC', { ...three, kernel: new PyFunction('numpy.dot') })).toThrow(
      'NuSVC: kernel <function numpy.dot> cannot be evaluated; export to ONNX instead',
    );
  });

  it('refuses support vectors that its counts do not account for', () => {
    expect(() => evaluatorOf('SVC', { ...three, _n_support: floats([1, 1, 2]) })).toThrow(
      'SVC: support_vectors_ has 3 rows, where 4 were expected',
    );
  });
});

describe('kernels', () => {
  const regress = (options: object) =>
    evaluatorOf('SVR', {
      support_vectors_: floats([[1, 2]]),
      _dual_coef_: floats([[2]]),
      _intercept_: floats([1]),
      _gamma: 0.5,
      coef0: 1,
      degree: 3,
      shape_fit_: tuple(9, 2),
      ...options,
    }).predict!(table([3, 1])).data[0];

  it('are those of libsvm', () => {
    expect(regress({ kernel: 'linear' })).toBe(2 * 5 + 1);
    expect(regress({ kernel: 'poly' })).toBe(2 * 3.5 ** 3 + 1);
    expect(regress({ kernel: 'rbf' })).toBe(2 * Math.exp(-2.5) + 1);
    expect(regress({ kernel: 'sigmoid' })).toBe(2 * Math.tanh(3.5) + 1);
  });

  it('leave the intercept where no vector supports', () => {
    expect(regress({ kernel: 'rbf', support_vectors_: floats([]), _dual_coef_: floats([]) })).toBe(1);
  });
});

describe('PairwiseCoupling', () => {
  const solve = (k: number, pairs: [number, number, number][]) => {
    const coupling = new PairwiseCoupling(k);
    for (const [i, j, p] of pairs) coupling.setPair(i, j, p);
    const out = new Float64Array(k);
    coupling.solve(out, 0);
    return Array.from(out);
  };

  it('keeps even pairs even, and holds certain ones off 0 and 1', () => {
    expect(solve(3, [[0, 1, 0.5], [0, 2, 0.5], [1, 2, 0.5]])).toEqual([1 / 3, 1 / 3, 1 / 3]); // prettier-ignore
    const [first, second] = solve(2, [[0, 1, 1]]);
    expect(second).toBeGreaterThan(0);
    expect(first + second).toBeCloseTo(1, 12);
  });
});
