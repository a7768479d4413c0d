/** Which scikit-learn wrote an estimator, for the few answers that changed between versions. */
import { optional } from '../pickle/attributes.js';
import type { PyObject } from '../pickle/values.js';

/**
 * Whether the estimator was pickled by scikit-learn `major.minor` or a later one. One that names no version (its class
 * is the user's own, or the pickle older than the versions known here) counts as the newest.
 */
export function isSince(estimator: PyObject, major: number, minor: number): boolean {
  const version = optional(estimator, '_sklearn_version');
  const parts = typeof version === 'string' ? /^(\d+)\.(\d+)/.exec(version) : null;
  if (parts === null) return true;
  const [, fileMajor, fileMinor] = parts.map(Number);
  return fileMajor > major || (fileMajor === major && fileMinor >= minor);
}
