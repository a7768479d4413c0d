/** An SQL condition for the WHERE of a change to the table `users`. */
export interface Condition {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Holds for every row but that of the last enabled user who has one of the grants, so that a change under this
 * condition always leaves one. It is part of the statement that makes the change: asked before it, two callers who take
 * each other's grant could both be told that one is left.
 * @param grants words of a grant string, none with a LIKE wildcard
 */
export function notLastHolder(grants: readonly string[]): Condition {
  const holds = (alias: string): string =>
    `(NOT ${alias}.disabled AND (${grants.map((_, i) => `' ' || ${alias}.grants || ' ' LIKE :held${i}`).join(' OR ')}))`;
  return {
    sql: `(NOT ${holds('users')} OR EXISTS (SELECT 1 FROM users other WHERE other.id <> users.id AND ${holds('other')}))`,
    parameters: Object.fromEntries(grants.map((grant, i) => [`held${i}`, `% ${grant} %`])),
  };
}
