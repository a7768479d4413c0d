import type { EntityManager } from 'typeorm';
import { ADVISORY_LOCKS } from './advisory-lock.js';

/**
 * Runs one statement whose condition reads other rows than the one it changes, so that no other statement of
 * this kind runs at the same time in any process. SQLite has a single writer anyway. In PostgreSQL at READ
 * COMMITTED, two statements could each see the row that the other one is about to change.
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
