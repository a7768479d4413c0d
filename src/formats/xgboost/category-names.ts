/** Names of categories, which XGBoost keeps from 3.1 on where it was trained on a data frame. */
import { damaged, type Fields, list, numbers, type Numbers, shown } from './document.js';

type Names = readonly (string | number)[];

/**
 * @returns by feature its categories in the order of their codes; undefined for a feature that has none, or altogether
 * @throws ModelFileError
 */
export function readCategoryNames(cats: Fields, nFeatures: number): (Names | undefined)[] | undefined {
  const encodings = cats.get('enc');
  if (encodings === undefined || (Array.isArray(encodings) && encodings.length === 0)) return undefined;
  const columns = list(cats, 'enc');
  if (columns.length !== nFeatures)
    throw damaged(`there are categories of ${columns.length} features, but ${nFeatures} features`);
  return columns.map((column) => {
    if (!(column instanceof Map)) throw damaged(`the categories of a feature are ${shown(column)}`);
    return namesOf(column as Fields);
  });
}

function namesOf(column: Fields): Names | undefined {
  const values = numbers(column, 'values');
  if (column.has('offsets')) return textsOf(values, numbers(column, 'offsets'));
  return values.length === 0 ? undefined : Array.from(values);
}

/** Texts one after the other in UTF-8, from offset to offset. */
function textsOf(values: Numbers, offsets: Numbers): Names | undefined {
  if (offsets.length < 2) return undefined;
  const bytes = Buffer.from(Uint8Array.from(values, (value) => value & 255));
  const names: string[] = [];
  for (let k = 0; k + 1 < offsets.length; k++) {
    const [start, end] = [offsets[k], offsets[k + 1]];
    if (!(start >= 0 && end >= start && end <= bytes.length))
      throw damaged('names of categories are not within their text');
    names.push(bytes.toString('utf8', start, end));
  }
  return names;
}
