import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../../config/config.js';
import type { ChainedRow } from '../../audit-chain.js';
import { cellOf } from '../../audit-columns.js';
import { readJournal } from './journal-reader.js';
import { SqliteTable } from '../sqlite-table.js';

const WRITER_CELL = cellOf('writer');
const SEQ_CELL = cellOf('seq');

/** The two files between which a writer alternates. @param writer `<installation>/<number>` */
export const journalPaths = (dataDir: string, writer: string): [string, string] => {
  const number = writer.slice(writer.lastIndexOf('/') + 1);
  return [join(dataDir, `audit-${number}a.journal`), join(dataDir, `audit-${number}b.journal`)];
};

/**
 * Copies records from journals that are not yet in the table: those of a killed server, or those that a
 * running server will copy itself. Can be run at any time, by several processes at once.
 */
export async function settleJournals(config: Pick<Config, 'dataDir' | 'databaseUrl'>): Promise<void> {
  if (config.databaseUrl) return;
  const paths = journalFiles(config.dataDir);
  if (paths.length === 0) return;
  const table = await SqliteTable.open(config, 'skip');
  try {
    await takeOver(table, paths);
  } finally {
    await table.close();
  }
}

const journalFiles = (dataDir: string): string[] =>
  existsSync(dataDir)
    ? readdirSync(dataDir)
        .filter((name) => name.endsWith('.journal'))
        .map((name) => join(dataDir, name))
    : [];

/** @returns the last epoch that was used in these files, or 0 */
export async function takeOver(table: SqliteTable, paths: readonly string[]): Promise<number> {
  const journals = paths.map(readJournal).sort((a, b) => a.epoch - b.epoch);
  const rows = journals.flatMap((journal) => journal.rows);
  const writers = new Set(rows.map(({ cells }) => String(cells[WRITER_CELL])));
  for (const writer of writers)
    await insertBeyond(
      table,
      writer,
      rows.filter(({ cells }) => cells[WRITER_CELL] === writer),
    );
  return Math.max(0, ...journals.map(({ epoch }) => epoch));
}

/** Rows up to the table's head already exist, or were removed on purpose. */
async function insertBeyond(table: SqliteTable, writer: string, rows: readonly ChainedRow[]): Promise<void> {
  const { seq } = await table.head(writer);
  const missing = rows.filter(({ cells }) => Number(cells[SEQ_CELL]) > seq);
  if (missing.length > 0) await table.insert(missing);
}
