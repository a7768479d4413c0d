/** What wrote a file, and what is in it, in a line for people. */
import { libraries } from '../../pickled-libraries.js';
import { PyObject } from '../../pickle/values.js';
import { innerEstimators } from './model-tree.js';
import { answerers, receivers } from './nested.js';

/** The library of the outermost estimator: "scikit-learn". */
export function libraryTitle({ className }: PyObject): string | undefined {
  return libraries.of(className)?.title;
}

/** The version of the library that wrote the file, from the outermost estimator that keeps one. */
export function libraryVersion(root: PyObject): string | undefined {
  const library = libraries.of(root.className);
  for (const estimator of [...receivers(root), ...answerers(root)]) {
    if (libraries.of(estimator.className) !== library) continue;
    const version = library?.version?.(estimator);
    if (version !== undefined) return version.slice(0, 40);
  }
  return undefined;
}

/** One line for a person: "scikit-learn 1.4.2 Pipeline (StandardScaler, LogisticRegression)". */
export function describe(root: PyObject): string {
  const steps = innerEstimators(root).map(([, step]) =>
    step instanceof PyObject ? step.shortName : String(step),
  );
  const parts = steps.length > 6 ? [...steps.slice(0, 6), '…'] : steps;
  const words = [libraryTitle(root), libraryVersion(root), root.shortName];
  return `${words.filter((word) => word !== undefined).join(' ')}${parts.length > 0 ? ` (${parts.join(', ')})` : ''}`;
}
