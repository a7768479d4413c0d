/** sklearn.preprocessing.SplineTransformer. */
import {
  checkSize,
  childObjects,
  flag,
  nFeaturesIn,
  number,
  requireOption,
} from '../../pickle/attributes.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { ModelFileError } from '../../../inference/model.js';
import { cellError } from '../../../inference/tabular/tables.js';
import { BSpline } from './b-spline.js';
import { numericTransformer } from './transformer.js';

type Extrapolation = 'error' | 'constant' | 'linear' | 'continue' | 'periodic';

/** The values of a basis of splines over each feature, one column a spline; without the last one if `include_bias` is off. */
export const splineTransformer: EvaluatorFactory = (estimator) => {
  const extrapolation = requireOption(estimator, 'extrapolation', [
    'error',
    'constant',
    'linear',
    'continue',
    'periodic',
  ]);
  const acceptsMissing = requireOption(estimator, 'handle_missing', ['error', 'zeros'], 'error') === 'zeros';
  const splines = childObjects(estimator, 'bsplines_').map((spline) => new BSpline(spline));
  const nFeatures = nFeaturesIn(estimator, () => splines.length);
  checkSize(estimator, 'bsplines_', splines.length, nFeatures);
  let degree = number(estimator, 'degree');
  const columns = splines.map((spline) => {
    const column = new SplineColumn(spline, degree, extrapolation);
    // For degrees 0 and 1 scikit-learn counts one degree more with each feature that it has continued linearly.
    if (extrapolation === 'linear' && degree <= 1) degree++;
    return column;
  });
  const dropped = flag(estimator, 'include_bias') ? 0 : 1;
  const width = Math.max(...splines.map(({ curves }) => curves));
  const nOutputs = splines.reduce((sum, { curves }) => sum + curves - dropped, 0);

  const isSparse = flag(estimator, 'sparse_output', false);
  return numericTransformer(
    estimator,
    { nFeatures, nOutputs, acceptsMissing, ...(isSparse && { zerosAbsent: 'always' }) },
    (x, out, rows) => {
      const values = new Float64Array(width);
      for (let i = 0, at = 0; i < rows; i++) {
        for (let j = 0; j < nFeatures; j++) {
          const value = x[i * nFeatures + j];
          const used = splines[j].curves - dropped;
          if (!columns[j].evaluate(value, values))
            throw cellError(i, j, `is ${value}, beyond the knots of the spline`);
          for (let c = 0; c < used; c++) out[at++] = values[c];
        }
      }
    },
  );
};

/** The splines of one feature, within its boundaries and beyond. */
class SplineColumn {
  private readonly low: number;
  private readonly high: number;
  private readonly edges: Readonly<Record<'low' | 'high', Edge>>;
  private readonly outer: number;

  constructor(
    private readonly spline: BSpline,
    degree: number,
    private readonly extrapolation: Extrapolation,
  ) {
    const { knots } = spline;
    this.low = knots[degree];
    this.high = knots[knots.length - degree - 1];
    if (this.low === this.high)
      throw new ModelFileError('SplineTransformer: a feature that was constant in training has no splines');
    this.edges = { low: edgeAt(spline, this.low), high: edgeAt(spline, this.high) };
    this.outer = extrapolation === 'linear' && degree <= 1 ? degree + 1 : degree;
  }

  /** Writes the splines' values to `out`, zeros for a missing x; false where x is out of bounds and that is an error. */
  evaluate(x: number, out: Float64Array): boolean {
    const { high, low, extrapolation, spline } = this;
    const period = high - low;
    if (Number.isNaN(x)) {
      out.fill(0);
    } else if (extrapolation === 'periodic') {
      spline.evaluate(period > 0 ? low + modulo(x - low, period) : 0, out, 0);
    } else if ((low <= x && x <= high) || extrapolation === 'continue') {
      spline.evaluate(x, out, 0);
    } else {
      if (extrapolation === 'error') return false;
      this.extrapolate(x, out);
    }
    return true;
  }

  /** The outermost splines continue with their value at the edge, or with value and slope. The others are zero. */
  private extrapolate(x: number, out: Float64Array): void {
    const { curves } = this.spline;
    const isBelow = x < this.low;
    const { values, slopes } = isBelow ? this.edges.low : this.edges.high;
    const distance = this.extrapolation === 'linear' ? x - (isBelow ? this.low : this.high) : 0;
    out.fill(0);
    for (let j = 0; j < Math.min(this.outer, curves); j++) {
      const c = isBelow ? j : curves - 1 - j;
      out[c] = values[c] + distance * slopes[c];
    }
  }
}

interface Edge {
  readonly values: Float64Array;
  readonly slopes: Float64Array;
}

function edgeAt(spline: BSpline, x: number): Edge {
  const values = new Float64Array(spline.curves);
  const slopes = new Float64Array(spline.curves);
  spline.evaluate(x, values, 0);
  spline.slope(x, slopes, 0);
  return { values, slopes };
}

/** The remainder with the sign of the divisor, as Python's %. */
function modulo(a: number, b: number): number {
  const rest = a % b;
  return rest < 0 ? rest + b : rest;
}
