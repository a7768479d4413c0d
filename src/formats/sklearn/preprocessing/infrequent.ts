/** Categories that were too rare at training and are taken together (min_frequency, max_categories; scikit-learn 1.1 on). */
import { checkSize, flag, optional, refuse, toItems, toVector } from '../../pickle/attributes.js';
import type { PyObject } from '../../pickle/values.js';
import type { Categories } from './categories.js';

/** How one column's categories are grouped: `codes[category]` is the code after grouping, `rare` the group's own. */
export interface Grouping {
  readonly codes: Int32Array;
  readonly rare: number | undefined;
  /** Codes after grouping. */
  readonly size: number;
}

/** One grouping a column; each category by itself where nothing is infrequent. */
export function groupings(estimator: PyObject, categories: readonly Categories[]): Grouping[] {
  const enabled = flag(estimator, '_infrequent_enabled', false);
  const mappings = enabled ? toItems(optional(estimator, '_default_to_infrequent_mappings') ?? null) : [];
  if (mappings === undefined || (enabled && mappings.length !== categories.length)) {
    refuse(estimator, 'min_frequency or max_categories without the mapping of infrequent categories');
  }
  return categories.map(({ size }, j) => {
    const mapping = mappings[j] ?? null;
    if (mapping === null)
      return { codes: Int32Array.from({ length: size }, (_, k) => k), rare: undefined, size };
    const known = Int32Array.from(toVector(mapping) ?? []);
    // A missing category that stands outside the grouping keeps its own code.
    const codes = Int32Array.from({ length: size }, (_, k) => (k < known.length ? known[k] : k));
    if (known.length !== size) checkSize(estimator, 'categories_', size, known.length + 1);
    const rare = known.reduce((largest, code) => Math.max(largest, code), 0);
    if (rare >= size || known.some((code) => code < 0))
      refuse(estimator, 'a mapping to more groups than categories');
    return { codes, rare, size: rare + 1 };
  });
}
