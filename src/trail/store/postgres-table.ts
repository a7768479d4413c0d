import type pg from 'pg';
import { ANSWER_MS, PostgresWatch } from '../../database/postgres-watch.js';
import { type ChainedRow, type ChainHead, EMPTY_CHAIN } from '../audit-chain.js';
import { AUDIT_COLUMN_NAMES, AUDIT_COLUMNS, AUDIT_PROPERTIES } from '../audit-columns.js';
import type { AuditSink } from '../audit-sink.js';

const VALUES = AUDIT_PROPERTIES.map((property, i) => `(value->>${i})::${AUDIT_COLUMNS[property].type}`).join(
  ', ',
);
const INSERT = `INSERT INTO audit_records (${AUDIT_COLUMN_NAMES.join(', ')}) SELECT ${VALUES} FROM json_array_elements($1::json) WITH ORDINALITY AS r(value, place) ORDER BY place`;

export class PostgresTable implements AuditSink {
  readonly takesBytes = false;

  private constructor(
    private readonly client: pg.Pool,
    private readonly endWatch: () => void,
  ) {}

  static async open(connectionString: string): Promise<PostgresTable> {
    // Loaded lazily: SQLite installations do not need it.
    const { Pool } = (await import('pg')).default;
    // A pool of one replaces a broken connection by itself.
    const pool = new Pool({ connectionString, max: 1, connectionTimeoutMillis: ANSWER_MS });
    pool.on('error', () => undefined);
    await pool.query('SELECT 1');
    return new PostgresTable(pool, PostgresWatch.of(connectionString, pool));
  }

  async insert(rows: readonly ChainedRow[]): Promise<void> {
    const values = [`[${rows.map(({ json }) => json).join()}]`];
    await this.client.query({ name: 'insert-audit-records', text: INSERT, values });
  }

  async head(writer: string): Promise<ChainHead> {
    const { rows } = await this.client.query<ChainHead>(
      'SELECT seq, hash FROM audit_records WHERE writer = $1 ORDER BY seq DESC LIMIT 1',
      [writer],
    );
    return rows[0] ?? EMPTY_CHAIN;
  }

  settle(): Promise<void> {
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.endWatch();
    await this.client.end();
  }
}
