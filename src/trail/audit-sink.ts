import type { ChainedRow, ChainHead } from './audit-chain.js';

/**
 * Where a writer's records go: a connection of its own, so that no other transaction mixes with it. One call is one
 * group, on disk when the promise resolves; when it rejects, none of the rows is stored.
 */
export interface AuditSink {
  /** Whether contents may be bytes; elsewhere they are to be text. */
  readonly takesBytes: boolean;
  insert(rows: readonly ChainedRow[]): Promise<void>;
  /**
   * Brings long contents to disk before the row that they belong to, in pieces between which other rows are inserted. One
   * call at a time; the row is inserted, or given up, before `release`.
   */
  store?(contents: readonly Buffer[]): Promise<{ release(): void }>;
  /** The last record of the writer's chain. */
  head(writer: string): Promise<ChainHead>;
  /** Resolves once whoever reads the table finds all that was inserted before. */
  settle(): Promise<void>;
  close(): Promise<void>;
}
