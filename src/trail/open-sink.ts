import type { Config } from '../config/config.js';
import type { AuditSink } from './audit-sink.js';
import { JournalSink } from './store/journal/journal-sink.js';
import { PostgresTable } from './store/postgres-table.js';
import { SqliteTable } from './store/sqlite-table.js';

/** The table itself: for commands, which append a record now and then. */
export const openAuditTable = (config: Config): Promise<AuditSink> =>
  config.databaseUrl ? PostgresTable.open(config.databaseUrl) : SqliteTable.open(config);

/** For a server: on SQLite a journal stands before the table, since a commit there costs several times the journal's. */
export const openAuditSink = (config: Config, writer: string): Promise<AuditSink> =>
  config.databaseUrl ? PostgresTable.open(config.databaseUrl) : JournalSink.open(config, writer);
