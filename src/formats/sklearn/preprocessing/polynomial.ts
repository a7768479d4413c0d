/** sklearn.preprocessing.PolynomialFeatures. */
import { attribute, flag, listItems, nFeaturesIn, number, refuse, scalar } from '../../pickle/attributes.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import type { PyObject } from '../../pickle/values.js';
import { numericTransformer } from './transformer.js';

/** The most factors in all products: a degree that calls for more is a mistake, or meant to exhaust memory. */
const FACTOR_LIMIT = 2_000_000;

/** All products of up to `degree` features, in the order of scikit-learn: by degree, then by feature. */
export const polynomialFeatures: EvaluatorFactory = (estimator) => {
  const nFeatures = nFeaturesIn(estimator, () => number(estimator, 'n_input_features_'));
  const [low, high] = degrees(estimator);
  if (high > FACTOR_LIMIT) refuse(estimator, `degree ${high}`);
  const distinct = flag(estimator, 'interaction_only');
  const products: number[][] = flag(estimator, 'include_bias') ? [[]] : [];
  let total = 0;
  for (let degree = Math.max(low, 1); degree <= high; degree++) {
    if (distinct && degree > nFeatures) break;
    for (const product of combinations(nFeatures, degree, distinct)) {
      products.push(product);
      if ((total += degree) > FACTOR_LIMIT)
        refuse(estimator, `a product table of more than ${FACTOR_LIMIT} factors`);
    }
  }
  const nOutputs = products.length;
  const factors = Int32Array.from(products.flat());
  const ends = new Int32Array(nOutputs);
  for (let k = 0, end = 0; k < nOutputs; k++) ends[k] = end += products[k].length;

  return numericTransformer(estimator, { nFeatures, nOutputs, zerosAbsent: 'kept' }, (x, out, rows) => {
    for (let i = 0; i < rows; i++) {
      for (let k = 0, f = 0; k < nOutputs; k++) {
        let product = 1;
        for (; f < ends[k]; f++) product *= x[i * nFeatures + factors[f]];
        out[i * nOutputs + k] = product;
      }
    }
  });
};

/** `degree` is the highest one, or the lowest and the highest (scikit-learn 1.0 on). */
function degrees(estimator: PyObject): [number, number] {
  const value = attribute(estimator, 'degree');
  const [low, high] = listItems(value)?.map(scalar) ?? [0, scalar(value)];
  if (!Number.isInteger(low) || !Number.isInteger(high))
    refuse(estimator, 'a degree other than whole numbers');
  return [low!, high!];
}

/** Ascending positions, `size` at a time, in lexicographic order; each at most once where `distinct`. */
function* combinations(n: number, size: number, distinct: boolean): Generator<number[]> {
  const step = distinct ? 1 : 0;
  if (n === 0) return;
  const chosen = Array.from({ length: size }, (_, k) => k * step);
  for (;;) {
    yield [...chosen];
    let k = size - 1;
    while (k >= 0 && chosen[k] === n - 1 - (size - 1 - k) * step) k--;
    if (k < 0) return;
    chosen[k]++;
    for (let later = k + 1; later < size; later++) chosen[later] = chosen[later - 1] + step;
  }
}
