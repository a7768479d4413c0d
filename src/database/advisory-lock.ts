import type { DataSource } from 'typeorm';
import { StartError } from '../common/errors.js';

/** Numbers of PostgreSQL's advisory locks. */
export const ADVISORY_LOCKS = { users: 0x6d670001, migrations: 0x6d670002, firstStart: 0x6d670003 };

/** How long a process waits for another one's work. */
const WAIT_S = 60;

/**
 * Runs `work` in one process at a time among all on the same PostgreSQL database. The lock belongs to a transaction of its own:
 * it ends with the connection, however that ends, behind a pooler too. On SQLite nothing is locked: the callers hold a lock
 * file of the data directory.
 * @throws StartError when another process holds the lock for longer than a minute
 */
export async function underAdvisoryLock(
  dataSource: DataSource,
  lock: keyof typeof ADVISORY_LOCKS,
  work: () => Promise<void>,
): Promise<void> {
  if (dataSource.options.type !== 'postgres') return work();
  await dataSource.transaction(async (manager) => {
    await manager.query(`SET LOCAL lock_timeout = '${WAIT_S}s'`);
    await manager
      .query('SELECT pg_advisory_xact_lock($1)', [ADVISORY_LOCKS[lock]])
      .catch((cause: unknown) => {
        if (!isLockTimeout(cause)) throw cause;
        throw new StartError(`another process has been preparing the database for ${WAIT_S} s`, { cause });
      });
    await work();
  });
}

/** PostgreSQL's SQLSTATE `lock_not_available`. */
const isLockTimeout = (error: unknown): boolean => (error as { code?: unknown }).code === '55P03';
