import { crc32 } from 'node:zlib';
import type { ChainedRow } from '../../audit-chain.js';
import { DirectFile } from './direct-file.js';

/** Allocated at once: a write within the file syncs its bytes only, one that lengthens it its size as well. */
const ALLOCATED = 4 * 2 ** 20;
/** So few rows in a group say that the event loop has nothing else to do while they are written … */
const FEW = 2;
/** … unless they are long. Bytes. */
const SHORT = 64 * 2 ** 10;
/** Of a frame: epoch, length of the payload and of its JSON in bytes, CRC-32 of the JSON. */
export const HEADER_BYTES = 16;

/**
 * A file of audit records on their way into the table. A group of records is one frame, written to the block after the
 * one before it and on disk when the promise resolves; once all of them are in the table, the file is written again
 * from its start. An epoch, which grows with every start from there, tells new frames from what is left of old ones.
 */
export class Journal {
  private position = 0;

  private constructor(
    private readonly file: DirectFile,
    private epoch: number,
  ) {}

  /** Makes the file as long as it is to be, and overwrites what it held; without room frames fail until there is some. */
  static async open(path: string, epoch: number): Promise<Journal> {
    return new Journal(await DirectFile.open(path, ALLOCATED), epoch);
  }

  /** Bytes written since the start. */
  get size(): number {
    return this.position;
  }

  /** Resolves once the frame is on disk; when it rejects, the next one takes its place. */
  async append({ count, size, parts }: Frame): Promise<void> {
    parts[0].writeUInt32LE(this.epoch, 0);
    this.position += await this.file.write(parts, this.position, count <= FEW && size <= SHORT);
  }

  /** Begins again; to be called when every row is in the table. */
  restart(epoch: number): void {
    this.epoch = epoch;
    this.position = 0;
  }

  close(): void {
    this.file.close();
  }
}

/** A group of rows as a journal holds it, or a piece of a long content that a later row will have. */
export interface Frame {
  /** Of the rows. */
  readonly count: number;
  /** Of the parts, in bytes. */
  readonly size: number;
  /** The rows' JSON with commas between, UTF-8. */
  readonly json: Buffer;
  /** Header, JSON, and the bytes that stand for nulls in it. The epoch is still to be written. */
  readonly parts: readonly [header: Buffer, ...content: Buffer[]];
}

/** The bytes of a cell: so many of those behind the JSON, or a content that went before, by its number. */
export type Place = [row: number, column: number, length: number, content?: number];

/** The JSON of a frame; a piece has no rows and names the content that it goes on. */
export type FrameJson = [cells: ChainedRow['cells'][], places: Place[], content?: number];

/** @param written contents that the journal has already, with their numbers */
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

/** The bytes have no checksum of their own: their rows' digests tell whether they are whole. */
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
