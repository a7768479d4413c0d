import { join } from 'node:path';
import pg from 'pg';
import sqlite3 from 'sqlite3';

type Row = Record<string, unknown>;

/** The database of an installation, opened directly. */
export class AuditDatabase {
  private constructor(
    private readonly execute: (sql: string, values: readonly unknown[]) => Promise<Row[]>,
    readonly close: () => Promise<void>,
  ) {}

  static async open(dataDir: string, databaseUrl: string | undefined): Promise<AuditDatabase> {
    if (databaseUrl !== undefined) {
      const client = new pg.Client({ connectionString: databaseUrl });
      await client.connect();
      const query = async (sql: string, values: readonly unknown[]): Promise<Row[]> =>
        (await client.query<Row>(numbered(sql), [...values])).rows;
      return new AuditDatabase(query, () => client.end());
    }
    const database = new sqlite3.Database(join(dataDir, 'modelgate.db'));
    const query = (sql: string, values: readonly unknown[]): Promise<Row[]> =>
      new Promise((resolve, reject) =>
        database.all(sql, values, (error, rows: Row[]) => (error ? reject(error) : resolve(rows))),
      );
    const close = (): Promise<void> =>
      new Promise((resolve, reject) => database.close((error) => (error ? reject(error) : resolve())));
    return new AuditDatabase(query, close);
  }

  /** @param sql with a `?` for each value */
  run(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.execute(sql, values);
  }

  /** Appends a row to the trail without changes. */
  async insert(row: Row): Promise<void> {
    const names = Object.keys(row);
    await this.run(
      `INSERT INTO audit_records (${names.join()}) VALUES (${names.map(() => '?').join()})`,
      Object.values(row),
    );
  }
}

const numbered = (sql: string): string => {
  let count = 0;
  return sql.replace(/\?/g, () => `$${(count += 1)}`);
};
