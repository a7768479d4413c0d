import type { EntityManager } from 'typeorm';
import { ADVISORY_LOCKS } from './advisory-lock.js';

/**
 * Runs one statement whose condition looks at other rows of the table than the one it changes, with no other such
 * statement at the same moment in any process. SQLite has one writer at a time anyway; PostgreSQL at READ COMMITTED would
 * let two statements each see the row that the other one is about to change.
 */
export function oneAtATime<T>(
  manager: EntityManager,
  lock: keyof typeof ADVISORY_LOCKS,
  statement: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  if (manager.connection.options.type !== 'postgres') return statement(manager);
  return manager.transaction(async (transaction) => {
    await transaction.query('SELECT pg_advisory_xact_lock($1)', [ADVISORY_LOCKS[lock]]);
    return statement(transaction);
  });
}
