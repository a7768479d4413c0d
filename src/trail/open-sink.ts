import type { Config } from '../config/config.js';
import type { AuditSink } from './audit-sink.js';
import { JournalSink } from './store/journal/journal-sink.js';
import { PostgresTable } from './store/postgres-table.js';
import { SqliteTable } from './store/sqlite-table.js';

/** The table itself, for commands, which rarely append a record. */
export const openAuditTable = (config: Config): Promise<AuditSink> =>
  config.databaseUrl ? PostgresTable.open(config.databaseUrl) : SqliteTable.open(config);

/**
 * For a server. With SQLite, a journal is in front of the table, because a commit to the table costs several
 * times as much.
 */
export const openAuditSink = (config: Config, writer: string): Promise<AuditSink> =>
  config.databaseUrl ? PostgresTable.open(config.databaseUrl) : JournalSink.open(config, writer);
