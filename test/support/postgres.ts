import { randomBytes } from 'node:crypto';
import pg from 'pg';

export interface Database {
  readonly url: string;
  drop(): Promise<void>;
}

/** Makes an empty database on the PostgreSQL server that `adminUrl` names. */
export async function createDatabase(adminUrl: string): Promise<Database> {
  const name = `modelgate_test_${randomBytes(6).toString('hex')}`;
  await runOnPostgres(adminUrl, `CREATE DATABASE ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: async () => void (await runOnPostgres(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}

/** Runs a statement on a PostgreSQL database. @returns its rows */
export async function runOnPostgres(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}
