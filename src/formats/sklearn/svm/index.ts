import { entriesOf, type EvaluatorEntry } from '../../pickle/library.js';
import { supportVectorClassifier } from './classifiers.js';
import { linearSvmCoefficients } from './coefficients.js';
import { oneClassSvm, supportVectorRegressor } from './regressors.js';

const entry = entriesOf('svm');

const note = 'Kernels linear, poly, rbf and sigmoid.';

/** Kernel support vector machines (libsvm): sklearn.svm. */
export const SVM: readonly EvaluatorEntry[] = [
  { ...entry('SVC', supportVectorClassifier, note), coefficients: linearSvmCoefficients },
  { ...entry('NuSVC', supportVectorClassifier, note), coefficients: linearSvmCoefficients },
  { ...entry('SVR', supportVectorRegressor, note), coefficients: linearSvmCoefficients },
  { ...entry('NuSVR', supportVectorRegressor, note), coefficients: linearSvmCoefficients },
  entry('OneClassSVM', oneClassSvm, note),
];
