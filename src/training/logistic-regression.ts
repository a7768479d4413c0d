import type { Tensorflow } from '../formats/tfjs/backend.js';
import { solvePositiveDefinite } from './cholesky.js';
import { Hessian } from './hessian.js';
import { logisticLoss, type Loss } from './logistic-loss.js';
import { scaleOf, standardiseWithOnes } from './standardise.js';
import { TrainingError } from './training-error.js';

/** A fitted model on unscaled features: p(class 1) = sigmoid(x · coef + intercept). */
export interface LogisticRegression {
  readonly coef: Float64Array;
  readonly intercept: number;
  readonly iterations: number;
}

export interface Progress {
  readonly iteration: number;
  /** The objective: negative log-likelihood plus penalty. */
  readonly loss: number;
  /** The largest change of a weight in this iteration, for standardised features. */
  readonly step: number;
}

const MAX_ITERATIONS = 200;
const TOLERANCE = 1e-10;

/**
 * Fits scikit-learn's objective, Σ log-loss + 1/(2C) Σ coef² with the intercept unpenalised, by Newton's
 * method to convergence. Features are standardised for the fit, and the penalty is scaled accordingly, so
 * that the optimum is that of the unscaled features.
 *
 * TensorFlow.js computes the Hessian, which is most of the work, in float32. This is too coarse for the
 * gradient, which is a small difference of large sums near the optimum. So the gradient is summed in float64:
 * it determines where the fit ends, while the Hessian only determines how fast it gets there.
 * @param x row-major, rows × `columns`
 * @param y 0 or 1 per row
 * @throws TrainingError if it does not converge
 */
export function fitLogisticRegression(
  library: Pick<Tensorflow, 'tf'>,
  { x, y, columns, c = 1 }: { x: Float64Array; y: ArrayLike<number>; columns: number; c?: number },
  onProgress: (progress: Progress) => void = () => undefined,
): LogisticRegression {
  const scale = scaleOf(x, columns);
  const width = columns + 1;
  const rows = standardiseWithOnes(x, columns, scale);
  const penalty = Float64Array.from({ length: width }, (_, j) =>
    j < columns ? 1 / (c * scale.deviation[j] ** 2) : 0,
  );
  if (![...scale.mean, ...scale.deviation, ...penalty].every(Number.isFinite)) {
    throw new TrainingError('the numbers of a column are too large, or too close together, to fit a model');
  }
  const lossAt = (weights: Float64Array) => logisticLoss(rows, y, penalty, weights);
  const hessian = new Hessian(library, rows, width);
  try {
    let weights = new Float64Array(width);
    let loss = lossAt(weights);
    for (let iteration = 1; iteration <= MAX_ITERATIONS; iteration++) {
      const direction = newtonDirection(hessian.at(loss.curvature), penalty, loss.gradient);
      const next = lineSearch(lossAt, weights, loss, direction);
      const step = Math.max(...next.weights.map((w, j) => Math.abs(w - weights[j])));
      ({ weights, loss } = next);
      onProgress({ iteration, loss: loss.value, step });
      if (step <= TOLERANCE * Math.max(1, ...weights.map(Math.abs)))
        return unscaled(weights, scale, iteration);
    }
    throw new TrainingError(`the fit did not converge in ${MAX_ITERATIONS} iterations`);
  } finally {
    hessian.dispose();
  }
}

/**
 * −H⁻¹ g. Collinear columns can make the float32 Hessian indefinite, so its diagonal is increased until it is
 * not.
 */
function newtonDirection(hessian: Float64Array, penalty: Float64Array, gradient: Float64Array): Float64Array {
  const n = gradient.length;
  const trace = penalty.reduce((sum, _, j) => sum + hessian[j * n + j], 0);
  for (let ridge = 0; ; ridge = Math.max(ridge * 10, trace * 1e-7)) {
    const damped = hessian.map((value, i) =>
      i % (n + 1) === 0 ? value + penalty[i / (n + 1)] + ridge : value,
    );
    const solution = solvePositiveDefinite(damped, gradient);
    if (solution) return solution.map((value) => -value);
  }
}

/**
 * Halves the step until the objective decreases according to Armijo's rule, or the step is lost in rounding.
 */
function lineSearch(
  lossAt: (weights: Float64Array) => Loss,
  weights: Float64Array,
  loss: Loss,
  direction: Float64Array,
): { weights: Float64Array<ArrayBuffer>; loss: Loss } {
  const slope = loss.gradient.reduce((sum, g, j) => sum + g * direction[j], 0);
  const rounding = Number.EPSILON * 16 * Math.abs(loss.value);
  for (let length = 1; length > Number.EPSILON; length /= 2) {
    const candidate = Float64Array.from(weights, (w, j) => w + length * direction[j]);
    const there = lossAt(candidate);
    if (there.value <= loss.value + 1e-4 * length * slope + rounding)
      return { weights: candidate, loss: there };
  }
  return { weights: Float64Array.from(weights), loss };
}

function unscaled(
  weights: Float64Array,
  { mean, deviation }: { mean: Float64Array; deviation: Float64Array },
  iterations: number,
): LogisticRegression {
  const coef = mean.map((_, j) => weights[j] / deviation[j]);
  const intercept = coef.reduce((sum, w, j) => sum - w * mean[j], weights[mean.length]);
  return { coef, intercept, iterations };
}
