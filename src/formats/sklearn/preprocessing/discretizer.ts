/** sklearn.preprocessing.KBinsDiscretizer. */
import { checkSize, indices, optional, requireOption, vectors, refuse } from '../../pickle/attributes.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { PyFunction, PyObject } from '../../pickle/values.js';
import { isSince } from '../version.js';
import { numericTransformer } from './transformer.js';

/** The bin of each value: its number, or a column of 0 and 1 for each bin. */
export const kBinsDiscretizer: EvaluatorFactory = (estimator) => {
  const encode = requireOption(estimator, 'encode', ['onehot', 'onehot-dense', 'ordinal']);
  const ordinal = encode === 'ordinal';
  const zerosAbsent = encode === 'onehot' ? 'always' : undefined;
  const edges = vectors(estimator, 'bin_edges_');
  const bins = indices(estimator, 'n_bins_');
  const nFeatures = edges.length;
  checkSize(estimator, 'n_bins_', bins.length, nFeatures);
  edges.forEach((own, j) => checkSize(estimator, `bin_edges_[${j}]`, own.length, bins[j] + 1));
  const offsets = new Int32Array(nFeatures);
  for (let j = 1; j < nFeatures; j++) offsets[j] = offsets[j - 1] + bins[j - 1];
  const nOutputs = ordinal ? nFeatures : offsets[nFeatures - 1] + bins[nFeatures - 1];
  const binOf = isSince(estimator, 1, 1) ? binByEdges : binNearEdges;
  const cast = narrows(estimator) ? Math.fround : (value: number): number => value;

  return numericTransformer(estimator, { nFeatures, nOutputs, zerosAbsent }, (x, out, rows) => {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < nFeatures; j++) {
        const bin = binOf(cast(x[i * nFeatures + j]), edges[j], bins[j]);
        if (ordinal) out[i * nFeatures + j] = bin;
        else out[i * nOutputs + offsets[j] + bin] = 1;
      }
    }
  });
};

/** The count of inner edges that are not above the value. */
function binByEdges(value: number, edges: Float64Array, bins: number): number {
  let bin = 0;
  while (bin < bins - 1 && edges[bin + 1] <= value) bin++;
  return bin;
}

/** As before scikit-learn 1.1: a value just below an edge, within the tolerance of numpy.isclose, counts as on it. */
function binNearEdges(value: number, edges: Float64Array, bins: number): number {
  return binByEdges(value + (1e-8 + 1e-5 * Math.abs(value)), edges, bins);
}

/** Whether values are rounded to float32 first, as `dtype` asks. */
function narrows(estimator: PyObject): boolean {
  const dtype = optional(estimator, 'dtype');
  if (dtype === undefined) return false;
  const name = dtype instanceof PyFunction ? dtype.name : '';
  if (name === 'numpy.float64') return false;
  return name === 'numpy.float32' || refuse(estimator, 'a dtype other than float32 and float64');
}
