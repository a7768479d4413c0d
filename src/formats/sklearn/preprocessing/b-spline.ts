/** scipy.interpolate.BSpline: combinations of B-spline basis functions, and their derivatives. */
import { ModelFileError } from '../../../inference/model.js';
import { has, matrix, number, vector } from '../../pickle/attributes.js';
import type { PyObject } from '../../pickle/values.js';

export class BSpline {
  readonly knots: Float64Array;
  readonly degree: number;
  /** Curves that are given at once. */
  readonly curves: number;
  private readonly coefficients: Float64Array;
  private readonly basis: Float64Array;

  /** @throws ModelFileError where knots, degree and coefficients do not belong together */
  constructor(spline: PyObject) {
    this.knots = vector(spline, has(spline, '_t') ? '_t' : 't');
    this.degree = number(spline, 'k');
    const { rows, columns, data } = matrix(spline, has(spline, '_c') ? '_c' : 'c');
    this.curves = columns;
    this.coefficients = data;
    const fits =
      Number.isInteger(this.degree) && this.degree >= 0 && this.knots.length === rows + this.degree + 1;
    if (!fits || rows <= this.degree)
      throw new ModelFileError('a BSpline has not the knots that its degree calls for');
    this.basis = new Float64Array(this.degree + 1);
  }

  /** Writes the curves' values at x to out[at..at+curves). Beyond the knots, the outer polynomials are used. */
  evaluate(x: number, out: Float64Array, at: number): void {
    const interval = this.intervalOf(x);
    this.fillBasis(x, interval, this.degree);
    this.combine(interval, this.degree, out, at);
  }

  /** Writes the curves' slopes at x to out[at..at+curves). */
  slope(x: number, out: Float64Array, at: number): void {
    const { basis, degree, knots } = this;
    const interval = this.intervalOf(x);
    if (degree === 0) {
      out.fill(0, at, at + this.curves);
      return;
    }
    this.fillBasis(x, interval, degree - 1);
    basis[degree] = 0;
    for (let i = degree; i >= 0; i--) {
      const left = interval - degree + i;
      const rising = i > 0 ? basis[i - 1] / (knots[left + degree] - knots[left]) : 0;
      const falling = i < degree ? basis[i] / (knots[left + degree + 1] - knots[left + 1]) : 0;
      basis[i] = degree * (rising - falling);
    }
    this.combine(interval, degree, out, at);
  }

  /** The interval of knots that x is in, the nearest inner one for an x outside. */
  private intervalOf(x: number): number {
    const { degree, knots } = this;
    let interval = degree;
    const last = knots.length - degree - 2;
    while (interval < last && x >= knots[interval + 1]) interval++;
    return interval;
  }

  /** The basis functions of that degree which are not zero on the interval, by the recurrence of Cox and de Boor. */
  private fillBasis(x: number, interval: number, degree: number): void {
    const { basis, knots } = this;
    basis[0] = 1;
    for (let d = 1; d <= degree; d++) {
      let carried = 0;
      for (let i = 0; i < d; i++) {
        const right = knots[interval + 1 + i];
        const left = knots[interval + 1 + i - d];
        const share = right === left ? 0 : basis[i] / (right - left);
        basis[i] = carried + share * (right - x);
        carried = share * (x - left);
      }
      basis[d] = carried;
    }
  }

  private combine(interval: number, degree: number, out: Float64Array, at: number): void {
    const { basis, coefficients, curves } = this;
    out.fill(0, at, at + curves);
    for (let i = 0; i <= degree; i++) {
      const row = (interval - degree + i) * curves;
      for (let c = 0; c < curves; c++) out[at + c] += basis[i] * coefficients[row + c];
    }
  }
}
