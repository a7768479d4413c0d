/** An SQL condition for the WHERE clause of a change to the table `users`. */
export interface Condition {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * True for every row except that of the last enabled user with one of the grants. It must be part of the
 * statement that makes the change: if it were checked before, two concurrent requests could each remove the
 * other's grant.
 * @param grants words of a grant string, without LIKE wildcards
 */
export function notLastHolder(grants: readonly string[]): Condition {
  const holds = (alias: string): string =>
    `(NOT ${alias}.disabled AND (${grants.map((_, i) => `' ' || ${alias}.grants || ' ' LIKE :held${i}`).join(' OR ')}))`;
  return {
    sql: `(NOT ${holds('users')} OR EXISTS (SELECT 1 FROM users other WHERE other.id <> users.id AND ${holds('other')}))`,
    parameters: Object.fromEntries(grants.map((grant, i) => [`held${i}`, `% ${grant} %`])),
  };
}
