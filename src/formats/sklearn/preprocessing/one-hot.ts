/** sklearn.preprocessing.OneHotEncoder. */
import {
  attribute,
  checkSize,
  featureNames,
  flag,
  has,
  optional,
  refuse,
  requireOption,
  scalar,
  toItems,
  toVector,
} from '../../pickle/attributes.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { checkColumns, tableOf } from '../../../inference/tabular/tables.js';
import type { PyObject } from '../../pickle/values.js';
import { isSince } from '../version.js';
import {
  categoriesOf,
  missingIn,
  textColumnsOf,
  unknownCategory,
  UNKNOWN,
  type Categories,
} from './categories.js';
import { groupings, type Grouping } from './infrequent.js';

/** What stands for a category that gets no column, being dropped or unknown and ignored. */
const NOWHERE = -1;
/** What stands for an unknown category that is refused. */
const REFUSED = -2;

/** Where the categories of one column go: `slots[code]` is an output column, or NOWHERE. */
interface Placement {
  readonly slots: Int32Array;
  readonly unknown: number;
}

/** A column of 0 and 1 for each category, but those dropped. */
export const oneHotEncoder: EvaluatorFactory = (estimator) => {
  const handleUnknown = requireOption(estimator, 'handle_unknown', [
    'error',
    'ignore',
    'infrequent_if_exist',
    'warn',
  ]);
  if (has(estimator, '_legacy_mode') && attribute(estimator, '_legacy_mode') === true) {
    refuse(estimator, 'the legacy mode of scikit-learn before 0.22');
  }
  const categories = categoriesOf(estimator);
  const { placements, nOutputs } = place(
    groupings(estimator, categories),
    droppedCodes(estimator, categories),
    handleUnknown,
  );
  const nFeatures = categories.length;
  const zerosAbsent = flag(estimator, has(estimator, 'sparse_output') ? 'sparse_output' : 'sparse', true);

  return {
    nFeatures,
    featureNames: featureNames(estimator),
    textColumns: textColumnsOf(categories),
    ...missingIn(categories, handleUnknown === 'error', isSince(estimator, 0, 24)),
    sources: new Array<undefined>(nOutputs).fill(undefined),
    transform: (x) => {
      checkColumns(x, nFeatures);
      const out = new Float64Array(x.rows * nOutputs);
      const codes = new Int32Array(x.rows);
      for (let j = 0; j < nFeatures; j++) {
        categories[j].encode(x, j, codes);
        const { slots, unknown } = placements[j];
        for (let i = 0; i < x.rows; i++) {
          const slot = codes[i] === UNKNOWN ? unknown : slots[codes[i]];
          if (slot === REFUSED) throw unknownCategory(x, i, j);
          if (slot !== NOWHERE) out[i * nOutputs + slot] = 1;
        }
      }
      const table = tableOf(x.rows, nOutputs, out);
      return zerosAbsent ? { ...table, zerosAbsent } : table;
    },
  };
};

function place(
  grouped: readonly Grouping[],
  dropped: readonly (number | undefined)[],
  handleUnknown: string,
) {
  let nOutputs = 0;
  const joinsRare = handleUnknown === 'infrequent_if_exist' || handleUnknown === 'warn';
  const placements = grouped.map(({ codes, rare, size }, j): Placement => {
    const drop = dropped[j];
    const offset = nOutputs;
    nOutputs += drop === undefined ? size : size - 1;
    const slotOf = (code: number): number =>
      code === drop ? NOWHERE : offset + (drop !== undefined && code > drop ? code - 1 : code);
    const unknownJoins = joinsRare && rare !== undefined;
    return {
      slots: codes.map(slotOf),
      unknown: handleUnknown === 'error' ? REFUSED : unknownJoins ? slotOf(rare) : NOWHERE,
    };
  });
  return { placements, nOutputs };
}

/**
 * The code, after the grouping of infrequent categories, that each column drops. scikit-learn 1.1 and 1.2 kept it in
 * drop_idx_, later ones in _drop_idx_after_grouping; without grouping they are the same.
 */
function droppedCodes(estimator: PyObject, categories: readonly Categories[]): (number | undefined)[] {
  const name = has(estimator, '_drop_idx_after_grouping') ? '_drop_idx_after_grouping' : 'drop_idx_';
  const value = optional(estimator, name);
  if (value === undefined) {
    if (has(estimator, 'drop')) refuse(estimator, 'drop without drop_idx_');
    return [];
  }
  const items =
    toItems(value) ?? Array.from(toVector(value) ?? refuse(estimator, `${name} other than an array`));
  checkSize(estimator, name, items.length, categories.length);
  return items.map((item) => (item === null ? undefined : scalar(item)));
}
