import { entriesOf, type EvaluatorEntry } from '../../pickle/library.js';
import { factorAnalysis } from './factor-analysis.js';
import { rbfSampler, skewedChi2Sampler } from './fourier.js';
import { kernelPca, nystroem } from './kernel-maps.js';
import { latentDirichletAllocation } from './topics.js';
import { components, fastIca, pca } from './projection.js';

const entry = entriesOf('decomposition');

const KERNELS = 'Kernels by name; not `precomputed`, not Python functions.';

/** sklearn.decomposition, sklearn.random_projection and sklearn.kernel_approximation. */
export const DECOMPOSITION: readonly EvaluatorEntry[] = [
  entry('PCA', pca),
  entry('IncrementalPCA', pca),
  entry('TruncatedSVD', components),
  entry('FastICA', fastIca),
  entry('FactorAnalysis', factorAnalysis),
  entry('KernelPCA', kernelPca, KERNELS),
  entry('NeighborhoodComponentsAnalysis', components),
  entry('LatentDirichletAllocation', latentDirichletAllocation),
  entry('GaussianRandomProjection', components),
  entry('SparseRandomProjection', components),
  entry('Nystroem', nystroem, KERNELS),
  entry('RBFSampler', rbfSampler),
  entry('SkewedChi2Sampler', skewedChi2Sampler),
];
