import { openSqlite } from '../../src/database/sqlite-driver.js';

/** Runs a statement on a SQLite file. @returns its rows */
export async function runOnSqlite(path: string, statement: string): Promise<unknown[]> {
  const database = await openSqlite(path);
  try {
    return await new Promise((resolve, reject) =>
      database.all(statement, (error, rows) => (error ? reject(error) : resolve(rows))),
    );
  } finally {
    await new Promise((resolve) => database.close(resolve));
  }
}
