/** A page of a list, and the cursor of the next one; null on the last. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** The key after which the page of a cursor begins. */
export const keyOf = (cursor: string | undefined): string | undefined =>
  cursor === undefined ? undefined : Buffer.from(cursor, 'base64url').toString();

/** @param found one item more than the page may hold, where there are that many: it tells that there is a next page */
export function pageOf<T>(found: readonly T[], limit: number, key: (item: T) => string): Page<T> {
  const items = found.slice(0, limit);
  const nextCursor = found.length > limit ? Buffer.from(key(items.at(-1)!)).toString('base64url') : null;
  return { items, nextCursor };
}
