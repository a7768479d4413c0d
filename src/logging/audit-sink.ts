import pg from 'pg';
import type sqlite3 from 'sqlite3';
import { sqliteFile } from '../../ormconfig.js';
import type { Config } from '../config/config.js';
import { openSqlite } from '../database/sqlite-driver.js';
import { AUDIT_COLUMNS, type ChainHead, EMPTY_CHAIN } from './audit-chain.js';

type Row = readonly (string | number | null)[];

/**
 * Where a writer's records go: a connection of its own, so that no other transaction mixes with it. One call is one
 * transaction, on disk when the promise resolves; when it rejects, none of the rows is stored.
 */
export interface AuditSink {
  insert(rows: readonly Row[]): Promise<void>;
  /** The last record of the writer's chain. */
  head(writer: string): Promise<ChainHead>;
  close(): Promise<void>;
}

export const openAuditSink = (config: Config): Promise<AuditSink> =>
  config.databaseUrl ? PostgresSink.open(config.databaseUrl) : SqliteSink.open(sqliteFile(config));

const HEAD_QUERY = 'SELECT seq, hash FROM audit_records WHERE writer = ? ORDER BY seq DESC LIMIT 1';

/** Rows travel as one JSON parameter: one bind a group instead of one a value, and the statement never changes. */
class SqliteSink implements AuditSink {
  private constructor(
    private readonly database: sqlite3.Database,
    private readonly statement: sqlite3.Statement,
  ) {}

  static async open(path: string): Promise<SqliteSink> {
    const database = await openSqlite(path);
    const values = AUDIT_COLUMNS.map((_, i) => `json_extract(value, '$[${i}]')`).join(', ');
    const sql = `INSERT INTO audit_records (${AUDIT_COLUMNS.join(', ')}) SELECT ${values} FROM json_each(?)`;
    const statement = await new Promise<sqlite3.Statement>((resolve, reject) => {
      const prepared: sqlite3.Statement = database.prepare(sql, (error: Error | null) =>
        error ? reject(error) : resolve(prepared),
      );
    });
    return new SqliteSink(database, statement);
  }

  insert(rows: readonly Row[]): Promise<void> {
    return new Promise((resolve, reject) =>
      this.statement.run(JSON.stringify(rows), (error: Error | null) => (error ? reject(error) : resolve())),
    );
  }

  head(writer: string): Promise<ChainHead> {
    return new Promise((resolve, reject) =>
      this.database.get(HEAD_QUERY, [writer], (error, row: ChainHead | undefined) =>
        error ? reject(error) : resolve(row ?? EMPTY_CHAIN),
      ),
    );
  }

  close(): Promise<void> {
    return new Promise((resolve, reject) =>
      this.statement.finalize(() => this.database.close((error) => (error ? reject(error) : resolve()))),
    );
  }
}

class PostgresSink implements AuditSink {
  private constructor(private readonly client: pg.Pool) {}

  static async open(connectionString: string): Promise<PostgresSink> {
    // A pool of one replaces a broken connection by itself.
    const pool = new pg.Pool({ connectionString, max: 1, connectionTimeoutMillis: 5_000 });
    pool.on('error', () => undefined);
    await pool.query('SELECT 1');
    return new PostgresSink(pool);
  }

  async insert(rows: readonly Row[]): Promise<void> {
    const values = AUDIT_COLUMNS.map((name, i) => `(value->>${i})${POSTGRES_CASTS[name] ?? ''}`).join(', ');
    await this.client.query({
      name: 'insert-audit-records',
      text: `INSERT INTO audit_records (${AUDIT_COLUMNS.join(', ')}) SELECT ${values} FROM json_array_elements($1::json) WITH ORDINALITY AS r(value, place) ORDER BY place`,
      values: [JSON.stringify(rows)],
    });
  }

  async head(writer: string): Promise<ChainHead> {
    const { rows } = await this.client.query<ChainHead>(HEAD_QUERY.replace('?', '$1'), [writer]);
    return rows[0] ?? EMPTY_CHAIN;
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}

const POSTGRES_CASTS: Partial<Record<(typeof AUDIT_COLUMNS)[number], string>> = {
  seq: '::integer',
  status: '::integer',
  version: '::integer',
  rows: '::integer',
  duration_ms: '::double precision',
};
