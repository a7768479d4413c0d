import type { KeyObject } from 'node:crypto';
import { ApiError } from '../common/errors.js';
import { onceComputed } from '../common/turn.js';
import { type ChainHead, nextRow } from './audit-chain.js';
import { type AuditEntry, contentText } from './audit-draft.js';
import type { AuditSink } from './audit-sink.js';

interface Waiting {
  readonly entry: AuditEntry;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

type CommitListener = (records: number, milliseconds: number, failed: boolean) => void;

/** Maximum records per commit, so that a slow commit does not cause ever larger ones. */
const GROUP_LIMIT = 512;
/**
 * If other processes serve too: how long, and up to how many records, to wait for more records before a
 * commit.
 */
const GATHER_MS = 1;
const GATHER_LIMIT = 64;
/** Maximum records waiting for the disk. Further ones are rejected at once. */
const QUEUE_LIMIT = 20_000;
/**
 * Contents of at least this many bytes are written to disk before their record's turn, so that other records
 * do not wait.
 */
const LONG = 2 ** 20;

/**
 * Commits audit records in groups: the records that arrive during one commit form the next group. A caller
 * waits for its group's commit, not for one sync per record.
 */
export class AuditWriter {
  private queue: Waiting[] = [];
  private running: Promise<void> | undefined;
  /** Settles with the newest record, after all records before it. */
  private latest: Promise<void> = Promise.resolve();
  /** The same, for records with long contents. */
  private latestLong: Promise<void> = Promise.resolve();

  private constructor(
    private readonly sink: AuditSink,
    private readonly writer: string,
    private readonly key: KeyObject,
    /** Unknown after a failed commit, and then read again before the next one. */
    private head: ChainHead | undefined,
    private readonly onCommit: CommitListener,
    private readonly sharesCores: boolean,
  ) {}

  /** @param sharesCores true if other processes serve too and need the processor time of commits */
  static async open(
    sink: AuditSink,
    writer: string,
    key: KeyObject,
    onCommit: CommitListener,
    sharesCores: boolean,
  ): Promise<AuditWriter> {
    return new AuditWriter(sink, writer, key, await sink.head(writer), onCommit, sharesCores);
  }

  /** Number of records waiting for a commit. */
  get queueLength(): number {
    return this.queue.length;
  }

  /** Resolves when the record is on disk. @throws ApiError `audit_unavailable` if it cannot be written */
  append(entry: AuditEntry): Promise<void> {
    if (this.queue.length >= QUEUE_LIMIT) return Promise.reject(new ApiError('audit_unavailable'));
    const contents = this.sink.store ? longContents(entry) : [];
    if (contents.length === 0) return (this.latest = this.enqueue(entry));
    this.latestLong = this.latestLong.catch(() => undefined).then(() => this.appendLong(entry, contents));
    return this.latestLong;
  }

  /** Commits the waiting records and closes the connection. */
  async close(): Promise<void> {
    await this.latestLong.catch(() => undefined);
    await this.running;
    await this.sink.close();
  }

  /** Resolves when readers of the table see every record that was appended before. */
  async settle(): Promise<void> {
    await Promise.allSettled([this.latest, this.latestLong]);
    await this.sink.settle();
  }

  /** Leaves no copy of a record outside the table. */
  async wipe(): Promise<void> {
    await this.settle();
    await this.sink.wipe?.();
  }

  private enqueue(entry: AuditEntry): Promise<void> {
    return new Promise((resolve, reject) => {
      this.queue.push({ entry, resolve, reject });
      this.running ??= this.drain();
    });
  }

  private async appendLong(entry: AuditEntry, contents: readonly Buffer[]): Promise<void> {
    const stored = await this.sink.store!(contents).catch((cause: unknown) => {
      throw new ApiError('audit_unavailable', undefined, { cause });
    });
    try {
      await this.enqueue(entry);
    } finally {
      stored.release();
    }
  }

  private storable(entry: AuditEntry): AuditEntry {
    if (this.sink.takesBytes) return entry;
    const { request, response } = entry;
    return Buffer.isBuffer(request) || Buffer.isBuffer(response)
      ? { ...entry, request: contentText(request ?? null), response: contentText(response ?? null) }
      : entry;
  }

  private async drain(): Promise<void> {
    while (this.queue.length > 0) {
      await new Promise<void>(onceComputed);
      if (this.sharesCores) await this.gather();
      await this.commit(this.queue.splice(0, GROUP_LIMIT));
    }
    this.running = undefined;
  }

  /** Waits for an event-loop turn without a further record. */
  private async gather(): Promise<void> {
    const until = performance.now() + GATHER_MS;
    let before: number;
    do {
      before = this.queue.length;
      await new Promise<void>((resolve) => setImmediate(() => onceComputed(resolve)));
    } while (this.queue.length > before && this.queue.length < GATHER_LIMIT && performance.now() < until);
  }

  private async commit(group: readonly Waiting[]): Promise<void> {
    const started = performance.now();
    try {
      let head = this.head ?? (await this.sink.head(this.writer));
      this.head = undefined;
      const rows = group.map(({ entry }) => {
        const next = nextRow(this.writer, head, this.storable(entry), this.key);
        head = next.head;
        return next.row;
      });
      await this.sink.insert(rows);
      this.head = head;
      for (const { resolve } of group) resolve();
      this.onCommit(group.length, performance.now() - started, false);
    } catch (cause) {
      const error = new ApiError('audit_unavailable', undefined, { cause });
      for (const { reject } of group) reject(error);
      this.onCommit(group.length, performance.now() - started, true);
    }
  }
}

const longContents = ({ request, response }: AuditEntry): Buffer[] =>
  [request, response].filter(
    (content): content is Buffer => Buffer.isBuffer(content) && content.length >= LONG,
  );
