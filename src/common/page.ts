import { z } from 'zod';
import { wholeNumber } from './fields.js';

/** A page of a list, the format of all lists of this API. */
export interface Page<T> {
  readonly items: readonly T[];
  /** The cursor of the next page; null on the last page. */
  readonly next: string | null;
}

/** The parameters of a list: at most `limit` items after the item with the key `cursor`. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor?: readonly string[];
}

const LIMIT = 50;
const LIMIT_MAX = 200;

/**
 * The query parameters of a list whose items are ordered by a key.
 * @param parts strings that form a key
 */
export const pageQuery = (parts = 1) => ({
  limit: wholeNumber(1, LIMIT_MAX).default(LIMIT).describe(`Items per page, at most ${LIMIT_MAX}`),
  cursor: z
    .string()
    .max(1024)
    .transform((cursor, context): readonly string[] => {
      const key = decodeKey(cursor, parts);
      if (!key) context.addIssue('must be the next value of an earlier page');
      return key ?? z.NEVER;
    })
    .optional()
    .describe('`next` of the previous page'),
});

export const pageMembers = <S extends z.ZodType>(item: S) => ({
  items: z.array(item),
  next: z.string().nullable().describe('Cursor of the next page; null on the last'),
});

/** The component of a page of a list. */
export const pageSchema = <S extends z.ZodType>(id: string, item: S) =>
  z.object(pageMembers(item)).meta({ id });

/**
 * @param found up to one item more than the limit, which shows that there is a next page
 * @param key an item's key, by which the list is ordered
 */
export function pageOf<T>(found: readonly T[], limit: number, key: (item: T) => readonly string[]): Page<T> {
  const items = found.slice(0, limit);
  const last = found.length > limit ? items.at(-1) : undefined;
  return { items, next: last === undefined ? null : encodeKey(key(last)) };
}

/**
 * A page of a list that is in memory.
 * @param key an item's unique key, by which the list is ordered, ascending or descending
 */
export function pageInMemory<T>(
  all: readonly T[],
  { limit, cursor }: PageRequest,
  key: (item: T) => readonly string[],
  order: 'ascending' | 'descending' = 'ascending',
): Page<T> {
  const sign = order === 'ascending' ? 1 : -1;
  const rest = cursor ? all.filter((item) => sign * compare(key(item), cursor) > 0) : all;
  return pageOf(rest, limit, key);
}

function compare(a: readonly string[], b: readonly string[]): number {
  for (const [i, part] of a.entries()) {
    const other = b[i] ?? '';
    if (part !== other) return part < other ? -1 : 1;
  }
  return 0;
}

export const mapPage = <T, U>({ items, next }: Page<T>, view: (item: T) => U): Page<U> => ({
  items: items.map(view),
  next,
});

const encodeKey = (key: readonly string[]): string => Buffer.from(JSON.stringify(key)).toString('base64url');

const KEY = z.array(z.string().refine((part) => !part.includes('\0')));

function decodeKey(cursor: string, parts: number): readonly string[] | undefined {
  try {
    const key = KEY.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return key.length === parts ? key : undefined;
  } catch {
    return undefined;
  }
}
