import { existsSync } from 'node:fs';
import sqlite3 from 'sqlite3';
import { StartError } from '../common/errors.js';
import { unusableHash } from './passwords.js';
import { isReservedName } from './username.js';
import { UsersService } from './users.service.js';

export interface ImportReport {
  readonly added: readonly string[];
  readonly skipped: readonly { readonly username: string; readonly reason: string }[];
}

type Row = Record<'username' | 'full_name' | 'email' | 'hashed_password' | 'disabled', unknown>;

/**
 * Imports the users of a reference-app database (SQLite, table `users`). A row that cannot be imported is
 * skipped and reported. A second run adds nothing.
 * @throws StartError if the file is not a reference-app database
 */
export async function importReferenceUsers(path: string, users: UsersService): Promise<ImportReport> {
  const added: string[] = [];
  const skipped: { username: string; reason: string }[] = [];
  for (const [i, row] of (await readRows(path)).entries()) {
    const username = typeof row.username === 'string' ? row.username : '';
    const reason = username === '' ? 'no username' : await refusal(row, username, users);
    if (reason) skipped.push({ username: username || `row ${i + 1}`, reason });
    else {
      await users.insert({
        username,
        fullName: text(row.full_name),
        email: text(row.email),
        hashedPassword: String(row.hashed_password),
        importedHash: true,
        disabled: isDisabled(row.disabled) === true,
      });
      added.push(username);
    }
  }
  return { added, skipped };
}

async function refusal(row: Row, username: string, users: UsersService): Promise<string | undefined> {
  const unusable = unusableHash(row.hashed_password);
  if (unusable) return unusable;
  if (isDisabled(row.disabled) === undefined) return 'the column disabled is neither true nor false';
  if (isReservedName(username)) return 'the name is reserved';
  return (await users.find(username)) ? 'a user of this name already exists' : undefined;
}

/** The column can contain the strings "True" and "False" as well as numbers. */
function isDisabled(value: unknown): boolean | undefined {
  if (value === null) return false;
  switch (String(value).trim().toLowerCase()) {
    case 'true':
    case '1':
      return true;
    case 'false':
    case '0':
    case '':
      return false;
    default:
      return undefined;
  }
}

const text = (value: unknown): string => (value === null || value === undefined ? '' : String(value));

async function readRows(path: string): Promise<Row[]> {
  if (!existsSync(path)) throw new StartError(`file not found: ${path}`);
  const database = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened: sqlite3.Database = new sqlite3.Database(path, sqlite3.OPEN_READONLY, (error) =>
      error ? reject(new StartError(`cannot open ${path}: ${error.message}`)) : resolve(opened),
    );
  });
  try {
    return await new Promise<Row[]>((resolve, reject) =>
      database.all(
        'SELECT username, full_name, email, hashed_password, disabled FROM users',
        (error, rows: Row[]) =>
          error
            ? reject(new StartError(`${path} is not a reference-app database: ${error.message}`))
            : resolve(rows),
      ),
    );
  } finally {
    database.close();
  }
}
