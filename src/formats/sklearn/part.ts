import { buildEvaluator } from '../pickled-libraries.js';
import type { PyObject } from '../pickle/values.js';
import type { TabularPart } from '../part.js';
import { arrayBytes } from './model/graph.js';
import { modelTree } from './model/model-tree.js';
import { fittedNames } from './model/nested.js';
import { predictDatatype } from './model/predict-datatype.js';
import { describe, libraryTitle, libraryVersion } from './model/provenance.js';

/** A pickled estimator, evaluated. @throws ModelFileError naming the class or option that is not supported */
export function partOf(root: PyObject): TabularPart {
  const evaluator = buildEvaluator(root);
  const names =
    evaluator.featureNames ?? (evaluator.nFeatures < 0 ? undefined : fittedNames(root, evaluator.nFeatures));
  const version = libraryVersion(root);
  return {
    evaluator,
    title: root.shortName,
    description: describe(root),
    predict: predictDatatype(root, evaluator),
    ...(names && { names }),
    library: libraryTitle(root),
    ...(version !== undefined && { libraryVersion: version }),
    tree: modelTree(root),
    object: root,
    memoryBytes: evaluator.memoryBytes ?? arrayBytes(root),
  };
}
