/** Names of categories, which XGBoost stores from 3.1 on if it was trained on a data frame. */
import { damaged, type Fields, list, numbers, type Numbers, shown, whole } from './document.js';
import { isBefore, type Version } from './version.js';

type Names = readonly (string | number)[];

/**
 * @returns by feature its categories in the order of their codes; undefined for a feature that has none, or altogether
 * @throws ModelFileError
 */
export function readCategoryNames(
  cats: Fields,
  nFeatures: number,
  version: Version,
): (Names | undefined)[] | undefined {
  const encodings = cats.get('enc');
  if (encodings === undefined || (Array.isArray(encodings) && encodings.length === 0)) return undefined;
  const columns = list(cats, 'enc');
  if (columns.length !== nFeatures)
    throw damaged(`there are categories of ${columns.length} features, but ${nFeatures} features`);
  return columns.map((column) => {
    if (!(column instanceof Map)) throw damaged(`the categories of a feature are ${shown(column)}`);
    return namesOf(column as Fields, version);
  });
}

/** Type numbers of unsigned integers, which UBJSON writes as signed ones, and what a negative one lacks. */
const UNSIGNED: ReadonlyMap<number, number> = new Map([
  [12, 2 ** 16],
  [14, 2 ** 32],
]);
const MOST_TYPES = 100;

function namesOf(column: Fields, version: Version): Names | undefined {
  const values = numbers(column, 'values');
  if (column.has('offsets')) return textsOf(values, numbers(column, 'offsets'), version);
  if (values.length === 0) return undefined;
  const lacking = UNSIGNED.get(whole(column, 'type', 0, MOST_TYPES, 0)) ?? 0;
  return Array.from(values, (value) => (value < 0 ? value + lacking : value));
}

/**
 * Texts one after the other in UTF-8, from offset to offset. Up to 3.3, the offsets count characters and the text is
 * truncated, so non-ASCII names are lost. Columns with them are given as codes, as before 3.1.
 */
function textsOf(values: Numbers, offsets: Numbers, version: Version): Names | undefined {
  if (offsets.length < 2) return undefined;
  const bytes = Buffer.from(Uint8Array.from(values, (value) => value & 255));
  if (isBefore(version, 3, 4) && bytes.some((byte) => byte > 127)) return undefined;
  const names: string[] = [];
  for (let k = 0; k + 1 < offsets.length; k++) {
    const [start, end] = [offsets[k], offsets[k + 1]];
    if (!(start >= 0 && end >= start && end <= bytes.length))
      throw damaged('names of categories are not within their text');
    names.push(bytes.toString('utf8', start, end));
  }
  return names;
}
