/** A path where two JSON values differ, and both values; undefined if one is missing. */
export interface Difference {
  /** For example `outputs[0].data[3]`. */
  readonly path: string;
  readonly recorded: unknown;
  readonly replayed: unknown;
}

/** Maximum differences; further ones are not useful. */
const LIMIT = 100;

/**
 * Compares two JSON values exactly: labels, and numbers to the last digit. The order of members does not
 * matter.
 */
export function differences(recorded: unknown, replayed: unknown): Difference[] {
  const found: Difference[] = [];
  compare('', recorded, replayed, found);
  return found;
}

function compare(path: string, recorded: unknown, replayed: unknown, found: Difference[]): void {
  if (found.length >= LIMIT || Object.is(recorded, replayed)) return;
  if (!isNested(recorded) || !isNested(replayed) || Array.isArray(recorded) !== Array.isArray(replayed)) {
    found.push({ path, recorded, replayed });
    return;
  }
  for (const key of new Set([...Object.keys(recorded), ...Object.keys(replayed)]))
    compare(memberPath(path, key, Array.isArray(recorded)), recorded[key], replayed[key], found);
}

const memberPath = (path: string, key: string, inList: boolean): string =>
  inList ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;

const isNested = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object';
