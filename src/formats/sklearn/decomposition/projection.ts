/** Linear projections: X · componentsᵀ, about the mean and scaled where the transformer asks for it. */
import { attribute, flag, matrix, vector, vectorOr } from '../../pickle/attributes.js';
import { isFloat32 } from '../../pickle/conversions.js';
import type { Evaluator, Matrix } from '../../../inference/tabular/evaluator.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { dot } from '../../../inference/numeric/numeric.js';
import { affineTable } from '../../../inference/numeric/affine-table.js';
import { tableOf } from '../../../inference/tabular/tables.js';
import { numericTransformer } from '../preprocessing/transformer.js';
import type { PyObject } from '../../pickle/values.js';
import { isSince } from '../version.js';
import { ModelFileError } from '../../../inference/model.js';

/** The projection of x - mean on each component, divided by its scale. */
export function project(
  estimator: PyObject,
  components: Matrix,
  mean?: Float64Array,
  scale?: Float64Array,
): Evaluator {
  const { rows: nOutputs, columns: nFeatures, data } = components;
  const dense = numericTransformer(estimator, { nFeatures, nOutputs }, (x, out, rows) => {
    const centred = new Float64Array(nFeatures);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < nFeatures; j++)
        centred[j] = x[i * nFeatures + j] - (mean === undefined ? 0 : mean[j]);
      for (let k = 0; k < nOutputs; k++) {
        const value = dot(centred, 0, data, k * nFeatures, nFeatures);
        out[i * nOutputs + k] = scale === undefined ? value : value / scale[k];
      }
    }
  });
  if (mean !== undefined || scale !== undefined) return dense;
  const none = Float64Array.of(0);
  return {
    ...dense,
    takesSparse: true,
    transform: (x) => {
      if (x.sparse === undefined) return dense.transform!(x);
      const { data: values } = affineTable(x, components, none);
      return tableOf(x.rows, nOutputs, values);
    },
  };
}

/** sklearn.decomposition.PCA and IncrementalPCA; whitened by the square roots of explained_variance_. */
export const pca: EvaluatorFactory = (estimator) => {
  const components = matrix(estimator, 'components_');
  const mean = vectorOr(estimator, 'mean_', undefined, components.columns);
  if (!flag(estimator, 'whiten')) return project(estimator, components, mean);
  return project(estimator, components, mean, whiteningScale(estimator, components.rows));
};

/** The roots are taken in the precision of the variances: in float32 where the rows fitted were. */
function whiteningScale(estimator: PyObject, length: number): Float64Array {
  const inFloat32 = isFloat32(attribute(estimator, 'explained_variance_'));
  const least = !isSince(estimator, 1, 5) ? 0 : inFloat32 ? 2 ** -23 : Number.EPSILON;
  const roots = vector(estimator, 'explained_variance_', length).map((variance) => {
    const root = Math.sqrt(variance);
    return Math.max(inFloat32 ? Math.fround(root) : root, least);
  });
  refuseNoise(estimator, roots);
  return roots;
}

/** Beside the widest component's root, a smaller one is rounding noise, and so is what is divided by it. */
const LEAST_RATIO = 1e-8;

function refuseNoise(estimator: PyObject, roots: Float64Array): void {
  const widest = roots.reduce((a, b) => Math.max(a, b), 0);
  const noise = roots.findIndex((root) => root < widest * LEAST_RATIO);
  if (noise < 0) return;
  throw new ModelFileError(
    `${estimator.shortName}: component ${noise} has no variance, and whitened it is rounding noise; fit with ${noise} components`,
  );
}

/** sklearn.decomposition.TruncatedSVD and sklearn.random_projection: no mean, no scale. */
export const components: EvaluatorFactory = (estimator) =>
  project(estimator, matrix(estimator, 'components_'));

/** sklearn.decomposition.FastICA: about the mean, unless `whiten` is false. */
export const fastIca: EvaluatorFactory = (estimator) => {
  const unmixing = matrix(estimator, 'components_');
  const whitens = attribute(estimator, 'whiten') !== false;
  return project(estimator, unmixing, whitens ? vector(estimator, 'mean_', unmixing.columns) : undefined);
};
