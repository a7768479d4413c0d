import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { StartError } from '../common/errors.js';
import { underAdvisoryLock } from './advisory-lock.js';
import { isLockHeld, takeLock } from './exclusive-lock.js';

/** How long a process waits for another one's migrations. */
const WAIT_MS = 60_000;

/**
 * Opens a database and brings it to this version's schema, one process at a time: several may start on an empty database at
 * the same moment. On SQLite a lock file beside the database is held, which covers the switch to its write-ahead log; on
 * PostgreSQL an advisory lock of the database.
 * @throws StartError when the database is of a newer version, or another process migrates it for longer than a minute
 */
export async function migrate(dataSource: DataSource, dataDir: string): Promise<void> {
  if (dataSource.options.type === 'postgres') {
    await dataSource.initialize();
    await underAdvisoryLock(dataSource, 'migrations', () => runMigrations(dataSource));
  } else
    await underFileLock(join(dataDir, 'migrations.lock'), async () => {
      await dataSource.initialize();
      await runMigrations(dataSource);
    });
}

async function underFileLock(path: string, work: () => Promise<void>): Promise<void> {
  const release = await takeLock(path, WAIT_MS).catch((cause: unknown) => {
    if (!isLockHeld(cause)) throw cause;
    throw new StartError(`another process has been migrating the database for ${WAIT_MS / 1000} s`, {
      cause,
    });
  });
  try {
    await work();
  } finally {
    await release();
  }
}

async function runMigrations(dataSource: DataSource): Promise<void> {
  await refuseNewerDatabase(dataSource);
  await dataSource.runMigrations({ transaction: 'each' });
}

async function refuseNewerDatabase(dataSource: DataSource): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    if (!(await runner.hasTable('migrations'))) return;
    const applied = (await runner.query('SELECT name FROM migrations')) as { name: string }[];
    const known = new Set(dataSource.migrations.map((migration) => migration.name));
    const newer = applied.find(({ name }) => !known.has(name));
    if (newer)
      throw new StartError(
        `the database was written by a newer version (it has the migration ${newer.name}); upgrade Modelgate`,
      );
  } finally {
    await runner.release();
  }
}
