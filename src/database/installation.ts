import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { StartError } from '../common/errors.js';
import { createOnce } from '../common/private-file.js';
import { Setting } from './setting.entity.js';

const FILE = 'installation-id';
/** Before the id of each data directory that a database belongs to; a database may have several servers. */
const SETTING_PREFIX = 'installation:';

/**
 * The random name of a data directory, made once. The chains and jobs of several servers on one database are kept
 * apart by it, and a data directory is refused on a database that does not know it.
 */
export function installationId(dataDir: string): string {
  const id = readId(dataDir);
  if (id === undefined) throw new StartError(`the data directory ${dataDir} has no ${FILE} file`);
  return id;
}

/**
 * Refuses a data directory whose database is another one: its models and jobs would look like leftovers.
 * A new data directory is bound to the database.
 * @throws StartError
 */
export async function bindDataDir(dataSource: DataSource, dataDir: string): Promise<void> {
  const id = readId(dataDir);
  if (id === undefined) return makeBinding(dataSource, dataDir);
  if (!(await isBound(dataSource, id))) throw mismatch(dataDir);
}

/** Binds a data directory to this database, whatever database it belonged to. @returns whether it was bound to another one */
export async function rebindDataDir(dataSource: DataSource, dataDir: string): Promise<boolean> {
  const id = readId(dataDir);
  if (id === undefined) {
    await makeBinding(dataSource, dataDir);
    return false;
  }
  if (await isBound(dataSource, id)) return false;
  await save(dataSource, id);
  return true;
}

/** Refuses to make a new SQLite file in a data directory that was used with another database. @throws StartError */
export function refuseLostDatabase(dataDir: string, databaseFile: string): void {
  if (!existsSync(databaseFile) && readId(dataDir) !== undefined) throw mismatch(dataDir);
}

/** Inserts the row before it creates the file, so that a process that reads the file always finds the row. */
async function makeBinding(dataSource: DataSource, dataDir: string): Promise<void> {
  const id = randomBytes(6).toString('hex');
  await save(dataSource, id);
  createOnce(join(dataDir, FILE), id);
  if (installationId(dataDir) !== id) await settings(dataSource).delete({ key: SETTING_PREFIX + id });
}

const settings = (dataSource: DataSource) => dataSource.getRepository(Setting);

const isBound = (dataSource: DataSource, id: string): Promise<boolean> =>
  settings(dataSource).existsBy({ key: SETTING_PREFIX + id });

const save = (dataSource: DataSource, id: string) =>
  settings(dataSource).insert({ key: SETTING_PREFIX + id, value: new Date().toISOString() });

function readId(dataDir: string): string | undefined {
  try {
    return readFileSync(join(dataDir, FILE), 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

const mismatch = (dataDir: string): StartError =>
  new StartError(
    `the data directory ${dataDir} belongs to another database; set DATABASE_URL to that one (unset it for the SQLite file), or run "modelgate models adopt" to use this data directory and its models with this database`,
  );
