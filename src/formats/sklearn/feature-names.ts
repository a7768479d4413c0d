import { featureNames } from '../pickle/attributes.js';
import type { EvaluatorEntry } from '../pickle/library.js';

/** The entries, whose evaluators now tell the names of the columns that they were fitted on, where the file has them. */
export function withFeatureNames(entries: readonly EvaluatorEntry[]): readonly EvaluatorEntry[] {
  return entries.map((entry) => ({
    ...entry,
    factory: (estimator, build, traitsOf) => ({
      featureNames: featureNames(estimator),
      ...entry.factory(estimator, build, traitsOf),
    }),
  }));
}
