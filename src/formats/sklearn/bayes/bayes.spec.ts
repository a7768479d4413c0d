import { describe, expect, it } from 'vitest';
import { evaluatorOf, floats, objects, table } from '../../../../test/support/sklearn.js';
import { atCell } from '../../../../test/support/input-errors.js';

const rounded = (values: ArrayLike<number>) => Array.from(values, (value) => Number(value.toFixed(12)));
const logs = (...rows: number[][]) => floats(rows.map((row) => row.map(Math.log)));

describe('GaussianNB', () => {
  const fitted = { theta_: floats([[0], [2]]), class_prior_: floats([0.5, 0.5]), classes_: objects('low', 'high') }; // prettier-ignore

  it('reads the variances under both of their names', () => {
    for (const name of ['var_', 'sigma_']) {
      const model = evaluatorOf('GaussianNB', { ...fitted, [name]: floats([[1], [1]]) }); // prettier-ignore
      expect(rounded(model.predictProba!(table([1])).data)).toEqual([0.5, 0.5]);
      expect(model.predict!(table([0.9], [1], [1.1])).data).toEqual(['low', 'low', 'high']);
    }
  });

  it('weighs by density and prior', () => {
    const model = evaluatorOf('GaussianNB', { ...fitted, var_: floats([[1], [4]]), class_prior_: floats([0.2, 0.8]) }); // prettier-ignore
    const low = 0.2 * Math.exp(-0.5);
    const high = (0.8 / 2) * Math.exp(-1 / 8);
    expect(rounded(model.predictProba!(table([1])).data)).toEqual(
      rounded([low / (low + high), high / (low + high)]),
    );
  });
});

describe('discrete naive Bayes', () => {
  const counted = {
    feature_log_prob_: logs([0.5, 0.5], [0.25, 0.75]),
    class_log_prior_: floats([0.5, 0.5].map(Math.log)),
    classes_: floats([3, 7]),
  };

  it('MultinomialNB multiplies the probabilities of what it counts', () => {
    const model = evaluatorOf('MultinomialNB', counted);
    expect(rounded(model.predictProba!(table([1, 1])).data)).toEqual(rounded([4 / 7, 3 / 7]));
    expect(model.predict!(table([1, 0], [0, 1])).data).toEqual(Float64Array.of(3, 7));
  });

  it('ComplementNB leaves the prior out', () => {
    const priors = { class_log_prior_: floats([0.9, 0.1].map(Math.log)) };
    const model = evaluatorOf('ComplementNB', { ...counted, ...priors });
    expect(rounded(model.predictProba!(table([1, 1])).data)).toEqual(rounded([4 / 7, 3 / 7]));
  });

  it('BernoulliNB counts what is absent, and what exceeds its threshold as present', () => {
    const model = evaluatorOf('BernoulliNB', { ...counted, binarize: 2 });
    const [first, second] = [0.5 * 0.5, 0.25 * 0.25];
    expect(rounded(model.predictProba!(table([2.5, 2])).data)).toEqual(
      rounded([first / (first + second), second / (first + second)]),
    );
    const asItIs = evaluatorOf('BernoulliNB', { ...counted, binarize: null });
    expect(rounded(asItIs.predictProba!(table([1, 0])).data)).toEqual(rounded([0.8, 0.2]));
  });

  it('CategoricalNB cuts category numbers down and refuses unknown ones', () => {
    const model = evaluatorOf('CategoricalNB', {
      ...counted,
      feature_log_prob_: [logs([0.5, 0.5], [0.25, 0.75]), logs([0.1, 0.2, 0.7], [0.2, 0.2, 0.6])],
    });
    expect(rounded(model.predictProba!(table([1.9, 1])).data)).toEqual([0.4, 0.6]);
    expect(() => model.predict!(table([0, 2], [0, 3]))).toThrow(
      atCell(1, 1, 'is category 3, where 0 to 2 are known'),
    );
  });
});
