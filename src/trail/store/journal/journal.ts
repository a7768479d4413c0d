import { crc32 } from 'node:zlib';
import type { ChainedRow } from '../../audit-chain.js';
import { DirectFile } from './direct-file.js';

/** Allocated at once: a write inside the file syncs only its bytes, one that extends it also its size. */
const ALLOCATED = 4 * 2 ** 20;
/** A group of at most this many rows indicates that the event loop is idle … */
const FEW = 2;
/** … unless the rows are longer than this many bytes. */
const SHORT = 64 * 2 ** 10;
/** Header of a frame: epoch, length of the payload and of its JSON in bytes, CRC-32 of the JSON. */
export const HEADER_BYTES = 16;

/**
 * A file of audit records that are not yet in the table. A group of records is one frame, which starts on a
 * new block and is on disk when the promise resolves. When all of them are in the table, the file is
 * overwritten from its start. An epoch, increased at every restart, distinguishes new frames from old ones.
 */
export class Journal {
  private position = 0;

  private constructor(
    private readonly file: DirectFile,
    private epoch: number,
  ) {}

  /**
   * Extends the file to its full length and overwrites its content. On a full disk, frames fail until there
   * is space.
   */
  static async open(path: string, epoch: number): Promise<Journal> {
    return new Journal(await DirectFile.open(path, ALLOCATED), epoch);
  }

  /** Bytes written since the start. */
  get size(): number {
    return this.position;
  }

  /** Resolves when the frame is on disk. If it rejects, the next frame is written to the same position. */
  async append({ count, size, parts }: Frame): Promise<void> {
    parts[0].writeUInt32LE(this.epoch, 0);
    this.position += await this.file.write(parts, this.position, count <= FEW && size <= SHORT);
  }

  /** Starts at the beginning again. Must be called only when every row is in the table. */
  restart(epoch: number): void {
    this.epoch = epoch;
    this.position = 0;
  }

  /** Overwrites every row. Must be called only while the file is not in use. */
  wipe(): Promise<void> {
    return this.file.wipe(ALLOCATED);
  }

  close(): void {
    this.file.close();
  }
}

/** A group of rows in a journal, or a piece of a long content of a later row. */
export interface Frame {
  /** Number of rows. */
  readonly count: number;
  /** Bytes of all parts. */
  readonly size: number;
  /** The rows' JSON, separated by commas, UTF-8. */
  readonly json: Buffer;
  /** Header, JSON, and the bytes that are null in the JSON. The epoch is written later. */
  readonly parts: readonly [header: Buffer, ...content: Buffer[]];
}

/**
 * The bytes of a cell: this many bytes behind the JSON, or the number of a content that was written before.
 */
export type Place = [row: number, column: number, length: number, content?: number];

/** The JSON of a frame. A piece has no rows and contains the number of its content. */
export type FrameJson = [cells: ChainedRow['cells'][], places: Place[], content?: number];

/** @param written contents already in the journal, with their numbers */
export function frameOf(
  rows: readonly ChainedRow[],
  written: ReadonlyMap<Buffer, number> = new Map(),
): Frame {
  const bytes: Buffer[] = [];
  const places: Place[] = [];
  rows.forEach(({ cells }, row) =>
    cells.forEach((cell, column) => {
      if (!Buffer.isBuffer(cell)) return;
      const content = written.get(cell);
      if (content === undefined) bytes.push(cell);
      places.push(content === undefined ? [row, column, cell.length] : [row, column, 0, content]);
    }),
  );
  const json = Buffer.from(rows.map((row) => row.json).join());
  return frame(
    rows.length,
    json,
    [Buffer.from('[['), json, Buffer.from(`],${JSON.stringify(places)}]`)],
    bytes,
  );
}

/** The next bytes of a content. */
export function pieceOf(content: number, bytes: Buffer): Frame {
  return frame(0, EMPTY, [Buffer.from(JSON.stringify([[], [], content] satisfies FrameJson))], [bytes]);
}

const EMPTY = Buffer.alloc(0);

/** The bytes have no checksum: the digests of their rows show whether they are complete. */
function frame(count: number, json: Buffer, texts: readonly Buffer[], bytes: readonly Buffer[]): Frame {
  const header = Buffer.alloc(HEADER_BYTES);
  const length = lengthOf(texts) + lengthOf(bytes);
  header.writeUInt32LE(length, 4);
  header.writeUInt32LE(lengthOf(texts), 8);
  header.writeUInt32LE(
    texts.reduce((crc, part) => crc32(part, crc), 0),
    12,
  );
  return { count, size: HEADER_BYTES + length, json, parts: [header, ...texts, ...bytes] };
}

const lengthOf = (parts: readonly Buffer[]): number => parts.reduce((sum, part) => sum + part.length, 0);
