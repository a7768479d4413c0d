import type { ChainedRow, ChainHead } from './audit-chain.js';

/**
 * Stores a writer's records, on a separate connection, so that it shares no transaction. One call is one
 * group, which is on disk when the promise resolves. If it rejects, none of the rows is stored.
 */
export interface AuditSink {
  /** True if contents may be bytes; otherwise they must be text. */
  readonly takesBytes: boolean;
  insert(rows: readonly ChainedRow[]): Promise<void>;
  /**
   * Writes long contents to disk before their row, in pieces between which other rows are inserted. Only one
   * call at a time: the row must be inserted, or abandoned, before `release`.
   */
  store?(contents: readonly Buffer[]): Promise<{ release(): void }>;
  /** The last record of the writer's chain. */
  head(writer: string): Promise<ChainHead>;
  /** Resolves when readers of the table see everything that was inserted before. */
  settle(): Promise<void>;
  /** Overwrites all copies of records outside the table. Resolves when only the table has them. */
  wipe?(): Promise<void>;
  close(): Promise<void>;
}
