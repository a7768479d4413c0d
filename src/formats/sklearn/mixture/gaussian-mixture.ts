/** sklearn.mixture: the component of a row, and the probabilities of all. */
import { argmax, logSumExp, newMatrix, numbersOf } from '../../../inference/numeric/numeric.js';
import { digamma } from '../../../inference/numeric/digamma.js';
import type { Evaluator, Matrix, Table } from '../../../inference/tabular/evaluator.js';
import {
  checkSize,
  listItems,
  attribute,
  matrices,
  matrix,
  refuse,
  requireOption,
  toVector,
  vector,
} from '../../pickle/attributes.js';
import type { PyObject } from '../../pickle/values.js';

/** GaussianMixture: weights and normal densities as they are. */
export function gaussianMixture(estimator: PyObject): Evaluator {
  const density = densityOf(estimator);
  const weights = vector(estimator, 'weights_', density.components).map(Math.log);
  return mixture(density, weights);
}

/** BayesianGaussianMixture: expectations of the logarithms of weights and densities. */
export function bayesianGaussianMixture(estimator: PyObject): Evaluator {
  const density = densityOf(estimator);
  const { components, nFeatures } = density;
  const given = vector(estimator, 'degrees_of_freedom_');
  const freedom = given.length === 1 ? new Float64Array(components).fill(given[0]) : given;
  checkSize(estimator, 'degrees_of_freedom_', freedom.length, components);
  const precision = vector(estimator, 'mean_precision_', components);
  const constants = logWeights(estimator, components);
  for (let k = 0; k < components; k++) {
    let logLambda = nFeatures * Math.LN2;
    for (let j = 0; j < nFeatures; j++) logLambda += digamma(0.5 * (freedom[k] - j));
    constants[k] += 0.5 * (logLambda - nFeatures / precision[k]) - 0.5 * nFeatures * Math.log(freedom[k]);
  }
  return mixture(density, constants);
}

function logWeights(estimator: PyObject, components: number): Float64Array {
  const type = requireOption(estimator, 'weight_concentration_prior_type', [
    'dirichlet_process',
    'dirichlet_distribution',
  ]);
  const value = attribute(estimator, 'weight_concentration_');
  if (type === 'dirichlet_distribution') {
    const concentration = vector(estimator, 'weight_concentration_', components);
    const all = digamma(concentration.reduce((sum, own) => sum + own, 0));
    return concentration.map((own) => digamma(own) - all);
  }
  const [a, b] = (listItems(value) ?? []).map(toVector);
  if (a?.length !== components || b?.length !== components)
    refuse(estimator, 'a damaged weight_concentration_');
  const out = new Float64Array(components);
  for (let k = 0, before = 0; k < components; k++) {
    const sum = digamma(a[k] + b[k]);
    out[k] = digamma(a[k]) - sum + before;
    before += digamma(b[k]) - sum;
  }
  return out;
}

interface Density {
  readonly components: number;
  readonly nFeatures: number;
  /** Writes the logarithms of the components' densities for row `row` to `out`, from `at` on. */
  readonly of: (numbers: Float64Array, row: number, out: Float64Array, at: number) => void;
}

/** Normal densities by means_ and precisions_cholesky_ (upper triangles U, of which U Uᵀ is the precision). */
function densityOf(estimator: PyObject): Density {
  const means = matrix(estimator, 'means_');
  const { rows: components, columns: nFeatures } = means;
  const roots = choleskies(estimator, components, nFeatures);
  const constants = roots.map((root) => {
    let logDeterminant = 0;
    for (let j = 0; j < nFeatures; j++) logDeterminant += Math.log(root(j, j));
    return logDeterminant - 0.5 * nFeatures * Math.log(2 * Math.PI);
  });
  return {
    components,
    nFeatures,
    of: (numbers, row, out, at) => {
      for (let k = 0; k < components; k++) {
        let squares = 0;
        const { diagonal } = roots[k];
        for (let c = 0; c < nFeatures; c++) {
          let projected = 0;
          for (let j = diagonal ? c : 0; j <= c; j++) {
            projected += (numbers[row * nFeatures + j] - means.data[k * nFeatures + j]) * roots[k](j, c);
          }
          squares += projected * projected;
        }
        out[at + k] = constants[k] - 0.5 * squares;
      }
    },
  };
}

/** The element at a row and column of an upper triangle. */
interface Triangle {
  (row: number, column: number): number;
  readonly diagonal: boolean;
}

function choleskies(estimator: PyObject, components: number, n: number): Triangle[] {
  const type = requireOption(estimator, 'covariance_type', ['full', 'tied', 'diag', 'spherical']);
  const name = 'precisions_cholesky_';
  const each = (make: (k: number) => Triangle): Triangle[] =>
    Array.from({ length: components }, (_, k) => make(k));
  if (type === 'spherical') {
    const roots = vector(estimator, name, components);
    return each((k) => triangle(true, () => roots[k]));
  }
  if (type === 'diag') {
    const { data } = matrix(estimator, name, n, components);
    return each((k) => triangle(true, (_, c) => data[k * n + c]));
  }
  if (type === 'tied') {
    const { data } = matrix(estimator, name, n, n);
    return each(() => triangle(false, (r, c) => data[r * n + c]));
  }
  const all = matrices(estimator, name);
  checkSize(estimator, name, all.length, components);
  all.forEach(({ rows, columns }) => checkSize(estimator, name, rows === n ? columns : rows, n, 'columns'));
  return each((k) => triangle(false, (r, c) => all[k].data[r * n + c]));
}

function triangle(diagonal: boolean, at: (row: number, column: number) => number): Triangle {
  return Object.assign(at, { diagonal });
}

function mixture({ components, nFeatures, of }: Density, constants: Float64Array): Evaluator {
  const joint = (x: Table): Matrix => {
    const numbers = numbersOf(x, nFeatures);
    const out = newMatrix(x.rows, components);
    for (let i = 0; i < x.rows; i++) {
      of(numbers, i, out.data, i * components);
      for (let k = 0; k < components; k++) out.data[i * components + k] += constants[k];
    }
    return out;
  };
  return {
    nFeatures,
    counts: true,
    predict: (x) => {
      const { data } = joint(x);
      const best = Float64Array.from({ length: x.rows }, (_, i) => argmax(data, i * components, components));
      return { rows: x.rows, columns: 1, data: best };
    },
    predictProba: (x) => {
      const scores = joint(x);
      for (let i = 0; i < x.rows; i++) {
        const evidence = logSumExp(scores.data, i * components, components);
        for (let k = i * components; k < (i + 1) * components; k++)
          scores.data[k] = Math.exp(scores.data[k] - evidence);
      }
      return scores;
    },
  };
}
