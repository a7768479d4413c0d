import sqlite3 from 'sqlite3';

interface ResultSet {
  readonly rows: { readonly length: number; item(index: number): unknown };
  readonly rowsAffected: number;
  readonly insertId: number;
}

type Ok<T> = (value: T) => void;
type Fail = (error: Error) => void;

/**
 * TypeORM 1 has no driver for the sqlite3 package, whose queries run outside the event loop. (Those of
 * better-sqlite3 block it: one long audit query would stop all predictions.) Its `react-native` driver
 * accepts any implementation of the small asynchronous WebSQL interface. This is that interface over sqlite3.
 */
class Connection {
  constructor(private readonly database: sqlite3.Database) {}

  executeSql(sql: string, parameters: unknown[] | undefined, ok: Ok<ResultSet>, fail: Fail): void {
    if (/^\s*(select|pragma|with|explain)\b|\breturning\b/i.test(sql)) {
      this.database.all(sql, parameters ?? [], (error, rows: unknown[]) =>
        error
          ? fail(error)
          : ok({ rows: { length: rows.length, item: (i) => rows[i] }, rowsAffected: 0, insertId: 0 }),
      );
      return;
    }
    this.database.run(sql, parameters ?? [], function (error) {
      if (error) fail(error);
      else
        ok({ rows: { length: 0, item: () => undefined }, rowsAffected: this.changes, insertId: this.lastID });
    });
  }

  close(ok: Ok<void>, fail: Fail): void {
    this.database.close((error) => (error ? fail(error) : ok()));
  }
}

/** The `driver` option of a TypeORM DataSource of type `react-native`. `name` is the path of the file. */
export const sqliteDriver = {
  openDatabase({ name }: { name: string }, ok: Ok<Connection>, fail: Fail): void {
    openSqlite(name).then((database) => ok(new Connection(database)), fail);
  },
};

/** How long a statement waits for another connection's lock. */
export const BUSY_TIMEOUT_MS = 10_000;

/**
 * Opens an SQLite file with the settings used everywhere: write-ahead log, each commit synced before it is
 * acknowledged, up to 10 s wait for another process' write.
 */
export async function openSqlite(path: string): Promise<sqlite3.Database> {
  const database = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened: sqlite3.Database = new sqlite3.Database(path, (error) =>
      error ? reject(error) : resolve(opened),
    );
  });
  database.configure('busyTimeout', BUSY_TIMEOUT_MS);
  await new Promise<void>((resolve, reject) =>
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;',
      (error) => (error ? reject(error) : resolve()),
    ),
  );
  return database;
}
