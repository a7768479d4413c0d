import type sqlite3 from 'sqlite3';
import { sqliteFile } from '../../../ormconfig.js';
import type { Config } from '../../config/config.js';
import { openSqlite } from '../../database/sqlite-driver.js';
import { type ChainedRow, type ChainHead, EMPTY_CHAIN } from '../audit-chain.js';
import { AUDIT_COLUMN_NAMES, cellOf } from '../audit-columns.js';
import type { AuditSink } from '../audit-sink.js';

/**
 * Rows to insert: small ones as JSON, separated by commas, in UTF-8; or the cells of one large row, with
 * contents as the bytes of a text or of binary tensors.
 */
export type Insertion =
  { readonly json: Buffer } | { readonly cells: ChainedRow['cells']; readonly contents: 'text' | 'bytes' };

/** Rows of at least this many characters are inserted by cells, which is cheaper than parsing JSON. */
const LARGE_ROW = 4096;

const COLUMNS = AUDIT_COLUMN_NAMES.join(', ');
// As JSONB, a row is parsed once instead of once per column.
const EXTRACTED = AUDIT_COLUMN_NAMES.map((_, i) => `value ->> ${i}`).join(', ');
const BODY_COLUMNS: readonly string[] = ['request', 'response'];
const BODY_CELLS = new Set([cellOf('request'), cellOf('response')]);
const PLACES = AUDIT_COLUMN_NAMES.map(() => '?').join(', ');
const TEXT_PLACES = AUDIT_COLUMN_NAMES.map((name) =>
  BODY_COLUMNS.includes(name) ? 'CAST(? AS TEXT)' : '?',
).join(', ');
// An existing row was inserted from a journal by another process.
const ON_TAKEN = 'ON CONFLICT (writer, seq) DO NOTHING';

export class SqliteTable implements AuditSink {
  readonly takesBytes = true;

  private constructor(
    private readonly database: sqlite3.Database,
    /**
     * Rows are passed as one JSON parameter: one bind per group instead of one per value, and the statement
     * does not change.
     */
    private readonly insertJson: sqlite3.Statement,
    private readonly insertCells: Readonly<Record<'text' | 'bytes', sqlite3.Statement>>,
  ) {}

  /** @param onTaken if a row's position in its chain is taken: `fail`, or `skip` the row */
  static async open(
    config: Pick<Config, 'dataDir'>,
    onTaken: 'fail' | 'skip' = 'fail',
  ): Promise<SqliteTable> {
    const database = await openSqlite(sqliteFile(config));
    const conflict = onTaken === 'skip' ? ON_TAKEN : '';
    const insertValues = (places: string): Promise<sqlite3.Statement> =>
      prepare(database, `INSERT INTO audit_records (${COLUMNS}) VALUES (${places}) ${conflict}`);
    return new SqliteTable(
      database,
      // `WHERE true` tells the parser that ON does not belong to a join.
      await prepare(
        database,
        `INSERT INTO audit_records (${COLUMNS}) SELECT ${EXTRACTED} FROM jsonb_each(CAST(? AS TEXT)) WHERE true ${conflict}`,
      ),
      { text: await insertValues(TEXT_PLACES), bytes: await insertValues(PLACES) },
    );
  }

  insert(rows: readonly ChainedRow[]): Promise<void> {
    return this.insertAll(insertionsOf(rows));
  }

  /** In one transaction. */
  async insertAll(insertions: readonly Insertion[]): Promise<void> {
    const statements = joined(insertions);
    const [first, ...others] = statements;
    if (first && others.length === 0) return this.run(first);
    await this.execute('BEGIN IMMEDIATE');
    try {
      for (const statement of statements) await this.run(statement);
      await this.execute('COMMIT');
    } catch (error) {
      // A failed COMMIT may already have ended the transaction.
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
      this.insertCells.text.finalize();
      this.insertCells.bytes.finalize();
      this.database.close((error) => (error ? reject(error) : resolve()));
    });
  }

  private run(insertion: Insertion): Promise<void> {
    return 'json' in insertion
      ? execute(this.insertJson, [insertion.json])
      : execute(this.insertCells[insertion.contents], insertion.cells);
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

export const isLarge = ({ json, cells }: ChainedRow): boolean => json.length > LARGE_ROW || hasBytes(cells);

/** Rows as insertions. Waiting rows are bytes, which the garbage collector does not have to traverse. */
export const insertionsOf = (rows: readonly ChainedRow[]): Insertion[] =>
  rows.map((row) => (isLarge(row) ? largeInsertion(row) : { json: Buffer.from(row.json) }));

function largeInsertion({ cells }: ChainedRow): Insertion {
  if (hasBytes(cells)) return { cells, contents: 'bytes' };
  // A long text would be encoded twice, character by character.
  const bound = cells.map((cell, at) =>
    typeof cell === 'string' && BODY_CELLS.has(at) ? Buffer.from(cell) : cell,
  );
  return { cells: bound, contents: 'text' };
}

const hasBytes = (cells: ChainedRow['cells']): boolean => cells.some((cell) => Buffer.isBuffer(cell));

/** Joins insertions to as few statements as possible. Rows keep their order, because ids follow it. */
function joined(insertions: readonly Insertion[]): Insertion[] {
  const statements: (Insertion | { parts: Buffer[] })[] = [];
  for (const insertion of insertions) {
    const last = statements.at(-1);
    if (!('json' in insertion)) statements.push(insertion);
    else if (last && 'parts' in last) last.parts.push(COMMA, insertion.json);
    else statements.push({ parts: [OPENING, insertion.json] });
  }
  // Bytes are copied, while the binding would encode a text again.
  return statements.map((each) =>
    'parts' in each ? { json: Buffer.concat([...each.parts, CLOSING]) } : each,
  );
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
