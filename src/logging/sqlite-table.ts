import type sqlite3 from 'sqlite3';
import { sqliteFile } from '../../ormconfig.js';
import type { Config } from '../config/config.js';
import { openSqlite } from '../database/sqlite-driver.js';
import { AUDIT_COLUMNS, type ChainedRow, type ChainHead, EMPTY_CHAIN } from './audit-chain.js';
import type { AuditSink } from './audit-sink.js';

/** Rows, or their JSON where it is made already: one after the other with commas between, UTF-8. */
export type RowGroup = { readonly rows: readonly ChainedRow[] } | { readonly json: Buffer };

/** From this length of a row on, binding its cells costs less than parsing it as JSON. Characters. */
const LARGE_ROW = 4096;

const COLUMNS = AUDIT_COLUMNS.join(', ');
// As JSONB a row is parsed once, not once a column.
const EXTRACTED = AUDIT_COLUMNS.map((_, i) => `value ->> ${i}`).join(', ');
const PLACES = AUDIT_COLUMNS.map(() => '?').join(', ');
// A row that is there already was taken over from a journal by another process.
const ON_TAKEN = 'ON CONFLICT (writer, seq) DO NOTHING';

export class SqliteTable implements AuditSink {
  readonly takesBytes = true;

  private constructor(
    private readonly database: sqlite3.Database,
    /** Rows travel as one JSON parameter: one bind a group instead of one a value, and the statement never changes. */
    private readonly insertJson: sqlite3.Statement,
    private readonly insertCells: sqlite3.Statement,
  ) {}

  /** @param onTaken what becomes of a row whose place in its chain is taken: `fail`, or `skip` the row */
  static async open(
    config: Pick<Config, 'dataDir'>,
    onTaken: 'fail' | 'skip' = 'fail',
  ): Promise<SqliteTable> {
    const database = await openSqlite(sqliteFile(config));
    const conflict = onTaken === 'skip' ? ON_TAKEN : '';
    return new SqliteTable(
      database,
      // `WHERE true` tells the parser that ON belongs to no join.
      await prepare(
        database,
        `INSERT INTO audit_records (${COLUMNS}) SELECT ${EXTRACTED} FROM jsonb_each(CAST(? AS TEXT)) WHERE true ${conflict}`,
      ),
      await prepare(database, `INSERT INTO audit_records (${COLUMNS}) VALUES (${PLACES}) ${conflict}`),
    );
  }

  insert(rows: readonly ChainedRow[]): Promise<void> {
    return this.insertGroups([{ rows }]);
  }

  /** All groups in one transaction. */
  async insertGroups(groups: readonly RowGroup[]): Promise<void> {
    const steps = stepsOf(groups);
    if (steps.length === 1) return this.run(steps[0]);
    await this.execute('BEGIN IMMEDIATE');
    try {
      for (const step of steps) await this.run(step);
      await this.execute('COMMIT');
    } catch (error) {
      // A failed COMMIT may have ended the transaction already.
      await this.execute('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  head(writer: string): Promise<ChainHead> {
    return new Promise((resolve, reject) =>
      this.database.get(
        'SELECT seq, hash FROM audit_records WHERE writer = ? ORDER BY seq DESC LIMIT 1',
        [writer],
        (error, row: ChainHead | undefined) => (error ? reject(error) : resolve(row ?? EMPTY_CHAIN)),
      ),
    );
  }

  settle(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.insertJson.finalize();
      this.insertCells.finalize();
      this.database.close((error) => (error ? reject(error) : resolve()));
    });
  }

  private run(step: Step): Promise<void> {
    return 'row' in step
      ? execute(this.insertCells, step.row.cells)
      : // As bytes it is copied; as text the binding would encode it once more.
        execute(this.insertJson, [Buffer.concat([OPENING, ...step.json, CLOSING])]);
  }

  private execute(sql: string): Promise<void> {
    return new Promise((resolve, reject) =>
      this.database.exec(sql, (error) => (error ? reject(error) : resolve())),
    );
  }
}

const OPENING = Buffer.from('[');
const CLOSING = Buffer.from(']');
const COMMA = Buffer.from(',');

/** One statement: a large row, or small ones, whose JSON is in pieces. */
type Step = { readonly row: ChainedRow } | { readonly json: Buffer[] };

export const isLarge = ({ json, cells }: ChainedRow): boolean =>
  json.length > LARGE_ROW || cells.some((cell) => Buffer.isBuffer(cell));

/** As few statements as can be; the order of the rows stays, for ids follow it. */
function stepsOf(groups: readonly RowGroup[]): Step[] {
  const steps: Step[] = [];
  const addJson = (json: Buffer) => {
    const last = steps.at(-1);
    if (last && 'json' in last) last.json.push(COMMA, json);
    else steps.push({ json: [json] });
  };
  for (const group of groups)
    if ('json' in group) addJson(group.json);
    else
      for (const row of group.rows)
        if (isLarge(row)) steps.push({ row });
        else addJson(Buffer.from(row.json));
  return steps;
}

function prepare(database: sqlite3.Database, sql: string): Promise<sqlite3.Statement> {
  return new Promise((resolve, reject) => {
    const prepared: sqlite3.Statement = database.prepare(sql, (error: Error | null) =>
      error ? reject(error) : resolve(prepared),
    );
  });
}

function execute(statement: sqlite3.Statement, parameters: readonly unknown[]): Promise<void> {
  return new Promise((resolve, reject) =>
    statement.run(parameters, (error: Error | null) => (error ? reject(error) : resolve())),
  );
}
