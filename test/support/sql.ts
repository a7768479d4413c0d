import { join } from 'node:path';
import pg from 'pg';
import { openSqlite } from '../../src/database/sqlite-driver.js';
import type { Installation } from './installation.js';

/** Runs a statement on an installation's database beside its servers, to see or move what no interface does: time. */
export async function runSql(installation: Installation, statement: string): Promise<unknown[]> {
  const url = await installation.databaseUrl();
  return url === undefined
    ? onSqlite(join(installation.dataDir, 'modelgate.db'), statement)
    : onPostgres(url, statement);
}

async function onSqlite(path: string, statement: string): Promise<unknown[]> {
  const database = await openSqlite(path);
  try {
    return await new Promise((resolve, reject) =>
      database.all(statement, (error, rows) => (error ? reject(error) : resolve(rows))),
    );
  } finally {
    await new Promise((resolve) => database.close(resolve));
  }
}

async function onPostgres(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}
