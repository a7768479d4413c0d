import { setTimeout as sleep } from 'node:timers/promises';
import { PiecewiseHash } from '../../../common/content-hash.js';
import type { Config } from '../../../config/config.js';
import type { ChainedRow, ChainHead } from '../../audit-chain.js';
import { cellOf } from '../../audit-columns.js';
import type { AuditSink } from '../../audit-sink.js';
import { type Frame, frameOf, Journal, pieceOf } from './journal.js';
import { journalPaths, takeOver } from './journal-recovery.js';
import { type Insertion, insertionsOf, isLarge, SqliteTable } from '../sqlite-table.js';

const SEQ_CELL = cellOf('seq');
const HASH_CELL = cellOf('hash');

/** Interval of writes to the table: one large transaction costs a tenth of many small ones. */
const DRAIN_EVERY_MS = 250;
/** Delay after a failure of the table. */
const RETRY_MS = 500;
/** Approximate bytes per transaction. */
const DRAIN_SIZE = 2 * 2 ** 20;
/**
 * A journal file of this many bytes is replaced by the other one, as soon as all of that one's records are in
 * the table.
 */
const SWITCH_SIZE = 3 * 2 ** 20;
/** Maximum bytes waiting for the table. Further records wait too. */
const PENDING_SIZE = 64 * 2 ** 20;
/** Bytes of a long content in one frame. */
const PIECE_SIZE = 2 ** 20;
/** Delay before a wipe checks again whether a long content has been written. */
const WIPE_RETRY_MS = 20;

/**
 * The SQLite table with a journal in front of it. A group is in the journal on disk when its responses are
 * sent. The table gets it a moment later in a large transaction, or when the server starts again. A commit to
 * the table writes a page of every index and costs each response several times as much.
 */
export class JournalSink implements AuditSink {
  readonly takesBytes = true;
  private pending: Pending[] = [];
  private pendingSize = 0;
  private last: ChainHead | undefined;
  private draining: Promise<void> | undefined;
  private appended = 0;
  private drained = 0;
  /** How many records must have been drained before the idle journal can be reused. */
  private idleUntil = 0;
  private hurry: (() => void) | undefined;
  private closing = false;
  /** While true, the idle journal is being overwritten and must stay idle. */
  private wiping = false;
  private wiped: Promise<void> = Promise.resolve();
  /** Contents that are in the active journal before their row, with their numbers. */
  private readonly written = new Map<Buffer, number>();
  private contents = 0;
  private turn: Promise<void> = Promise.resolve();
  private waiting: {
    readonly until: number;
    readonly resolve: () => void;
    readonly reject: (e: Error) => void;
  }[] = [];

  private constructor(
    private readonly table: SqliteTable,
    private active: Journal,
    private idle: Journal,
    private epoch: number,
  ) {}

  static async open(config: Config, writer: string): Promise<JournalSink> {
    const table = await SqliteTable.open(config, 'skip');
    const paths = journalPaths(config.dataDir, writer);
    const epoch = (await takeOver(table, paths)) + 1;
    const [active, idle] = await Promise.all([Journal.open(paths[0], epoch), Journal.open(paths[1], epoch)]);
    return new JournalSink(table, active, idle, epoch);
  }

  async insert(rows: readonly ChainedRow[]): Promise<void> {
    // Callers who send faster than the table accepts wait for its next batch. If the table fails, they are
    // rejected.
    while (this.pendingSize > PENDING_SIZE) await this.hasDrained(this.drained + 1);
    const frame = frameOf(rows, this.written);
    await this.inTurn(() => {
      this.switchJournals();
      return this.append(frame);
    });
    const cells = rows.at(-1)?.cells;
    if (cells) this.last = { seq: Number(cells[SEQ_CELL]), hash: String(cells[HASH_CELL]) };
    // They wait as bytes, because the garbage collector would copy long-lived objects.
    const insertions = rows.some(isLarge) ? insertionsOf(rows) : [{ json: frame.json }];
    this.pending.push({ insertions, count: frame.count, size: frame.size });
    this.pendingSize += frame.size;
    this.draining ??= this.drain();
  }

  async store(contents: readonly Buffer[]): Promise<{ release(): void }> {
    // Both the file and the memory waiting for the table are bounded.
    if (this.active.size > SWITCH_SIZE) await this.hasDrained(this.idleUntil);
    await this.inTurn(() => this.switchJournals());
    const release = (): void => contents.forEach((content) => void this.written.delete(content));
    try {
      for (const content of contents) await this.storeContent(content);
    } catch (error) {
      release();
      throw error;
    }
    return { release };
  }

  head(writer: string): Promise<ChainHead> {
    return this.last ? Promise.resolve(this.last) : this.table.head(writer);
  }

  settle(): Promise<void> {
    return this.hasDrained(this.appended);
  }

  wipe(): Promise<void> {
    this.wiped = this.wiped.catch(() => undefined).then(() => this.wipeBoth());
    return this.wiped;
  }

  /** What the table does not accept stays in the journal for the next start. */
  async close(): Promise<void> {
    this.closing = true;
    this.hurry?.();
    await this.draining;
    this.active.close();
    this.idle.close();
    await this.table.close();
  }

  /** Resolves when this many records are in the table. @throws if the table rejects the next ones */
  private hasDrained(until: number): Promise<void> {
    if (until <= this.drained) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.waiting.push({ until, resolve, reject });
      this.hurry?.();
    });
  }

  private async storeContent(content: Buffer): Promise<void> {
    const number = (this.contents += 1);
    this.written.set(content, number);
    const hash = new PiecewiseHash(content);
    for (let at = 0; at < content.length; at += PIECE_SIZE) {
      const piece = content.subarray(at, at + PIECE_SIZE);
      hash.add(piece);
      await this.inTurn(() => this.append(pieceOf(number, piece)));
    }
    hash.end();
  }

  /** Appending continues in the other journal meanwhile. */
  private async wipeBoth(): Promise<void> {
    for (let half = 0; half < 2; half++) {
      await this.hasDrained(this.idleUntil);
      this.wiping = true;
      try {
        await this.idle.wipe();
      } finally {
        this.wiping = false;
      }
      // A content and its row are in one file, so a content that is being written is waited for.
      while (half === 0 && !(await this.switched())) await sleep(WIPE_RETRY_MS);
    }
  }

  private async switched(): Promise<boolean> {
    let isSwitched = false;
    await this.inTurn(() => {
      isSwitched = this.written.size === 0;
      if (isSwitched) this.swap();
    });
    return isSwitched;
  }

  /** Rows and pieces of contents take turns writing to the files. */
  private inTurn(work: () => Promise<void> | void): Promise<void> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }

  private async append(frame: Frame): Promise<void> {
    await this.active.append(frame);
    this.appended += frame.count;
  }

  /** A content and its row must be in the same file. */
  private switchJournals(): void {
    if (this.active.size <= SWITCH_SIZE || this.drained < this.idleUntil) return;
    if (this.written.size === 0 && !this.wiping) this.swap();
  }

  private swap(): void {
    [this.active, this.idle] = [this.idle, this.active];
    this.idleUntil = this.appended;
    this.active.restart((this.epoch += 1));
  }

  private async drain(): Promise<void> {
    while (this.pending.length > 0) {
      if (this.pendingSize < DRAIN_SIZE && this.waiting.length === 0) await this.pause(DRAIN_EVERY_MS);
      const batch = this.takeBatch();
      try {
        await this.table.insertAll(batch.flatMap(({ insertions }) => insertions));
        for (const { count, size } of batch) {
          this.drained += count;
          this.pendingSize -= size;
        }
        this.answer((until) => until <= this.drained);
      } catch (error) {
        this.pending = [...batch, ...this.pending];
        this.answer(() => true, error as Error);
        if (this.closing) break;
        await this.pause(RETRY_MS);
      }
    }
    this.draining = undefined;
  }

  private takeBatch(): Pending[] {
    let size = 0;
    let count = 0;
    for (const pending of this.pending) {
      if (size >= DRAIN_SIZE) break;
      size += pending.size;
      count += 1;
    }
    return this.pending.splice(0, count);
  }

  /** Ends early if a reader asks for the records, or the sink closes. */
  private pause(milliseconds: number): Promise<void> {
    if (this.closing) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private answer(isDone: (until: number) => boolean, error?: Error): void {
    const done = this.waiting.filter(({ until }) => isDone(until));
    this.waiting = this.waiting.filter(({ until }) => !isDone(until));
    for (const { resolve, reject } of done)
      if (error) reject(error);
      else resolve();
  }
}

/** Records that are in the journal but not yet in the table. */
interface Pending {
  readonly insertions: readonly Insertion[];
  readonly count: number;
  /** Bytes in the journal. */
  readonly size: number;
}
