/** sklearn.feature_extraction.DictVectorizer: a row is a dict of numbers and texts. */
import { ModelFileError } from '../../../inference/model.js';
import type { Table } from '../../../inference/tabular/evaluator.js';
import { SparseBuilder } from '../../../inference/tabular/sparse.js';
import { checkColumns, tableOf } from '../../../inference/tabular/tables.js';
import { attribute, flag, refuse, show, string, toItems } from '../../pickle/attributes.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import type { PyObject } from '../../pickle/values.js';

/** What a key of the dicts becomes: one column of its number, or a column for each of its texts. */
interface Key {
  readonly name: string;
  number?: number;
  readonly texts: Map<string, number>;
}

/**
 * A feature for each key that training saw. A text sets the column "key=text" to 1, and none if training did not see
 * it; a number stands in the column of its key. A text may be missing.
 */
export const dictVectorizer: EvaluatorFactory = (estimator) => {
  const names = columnNames(estimator);
  const keys = keysOf(names, string(estimator, 'separator'));
  const mixed = keys.find(({ number, texts }) => number !== undefined && texts.size > 0);
  if (mixed !== undefined) refuse(estimator, `the key ${show(mixed.name)}, which holds text and numbers,`);
  const nOutputs = names.length;
  const isSparse = flag(estimator, 'sparse');
  const textColumns = new Map(
    keys.flatMap(({ texts }, j) => (texts.size > 0 ? [[j, [...texts.keys()]] as const] : [])),
  );
  return {
    nFeatures: keys.length,
    featureNames: keys.map(({ name }) => name),
    textColumns,
    acceptsMissing: textColumns.size > 0,
    missingColumns: new Set(textColumns.keys()),
    sources: new Array<undefined>(nOutputs).fill(undefined),
    transform: (x) => {
      checkColumns(x, keys.length);
      const entries = entriesOf(x, keys, nOutputs);
      return isSparse ? entries : tableOf(x.rows, nOutputs, entries.numbers);
    },
  };
};

function columnNames(estimator: PyObject): string[] {
  const items = toItems(attribute(estimator, 'feature_names_'));
  if (items?.every((item) => typeof item === 'string')) return items as string[];
  throw new ModelFileError(`${estimator.shortName}: feature_names_ is not a list of texts`);
}

function keysOf(names: readonly string[], separator: string): Key[] {
  const keys = new Map<string, Key>();
  names.forEach((name, column) => {
    const end = separator === '' ? -1 : name.indexOf(separator);
    const own = end < 0 ? name : name.slice(0, end);
    let key = keys.get(own);
    if (key === undefined) {
      key = { name: own, texts: new Map() };
      keys.set(own, key);
    }
    if (end < 0) key.number = column;
    else key.texts.set(name.slice(end + separator.length), column);
  });
  return [...keys.values()];
}

function entriesOf(x: Table, keys: readonly Key[], columns: number): Table {
  const builder = new SparseBuilder(x.rows, columns);
  for (let i = 0; i < x.rows; i++) {
    const row: [column: number, value: number][] = [];
    keys.forEach(({ number, texts }, j) => {
      const text = x.text?.get(j)?.[i];
      if (number !== undefined) row.push([number, x.numbers[i * x.columns + j]]);
      else if (typeof text === 'string' && texts.has(text)) row.push([texts.get(text)!, 1]);
    });
    for (const [column, value] of row.sort(([a], [b]) => a - b)) builder.add(column, value);
    builder.endRow();
  }
  return builder.table();
}
