import type { EvaluatorEntry } from '../../pickle/library.js';
import { supportVectorClassifier } from './classifiers.js';
import { oneClassSvm, supportVectorRegressor } from './regressors.js';

const note = 'Kernels linear, poly, rbf and sigmoid.';

/** Kernel support vector machines (libsvm): sklearn.svm. */
export const SVM: readonly EvaluatorEntry[] = [
  { className: 'SVC', family: 'svm', factory: supportVectorClassifier, note },
  { className: 'NuSVC', family: 'svm', factory: supportVectorClassifier, note },
  { className: 'SVR', family: 'svm', factory: supportVectorRegressor, note },
  { className: 'NuSVR', family: 'svm', factory: supportVectorRegressor, note },
  { className: 'OneClassSVM', family: 'svm', factory: oneClassSvm, note },
];
