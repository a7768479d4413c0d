import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { ChainedRow } from './audit-chain.js';
import { BLOCK, DirectFile } from './direct-file.js';

/** Allocated at once: a write within the file syncs its bytes only, one that lengthens it its size as well. */
const ALLOCATED = 4 * 2 ** 20;
/** So few rows in a group say that the event loop has nothing else to do while they are written … */
const FEW = 2;
/** … unless they are long. Bytes. */
const SHORT = 64 * 2 ** 10;
/** Of a frame: epoch, length of the payload and of its JSON in bytes, CRC-32 of the payload. */
const HEADER_BYTES = 16;

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

/** A group of rows as a journal holds it. */
export interface Frame {
  /** Of the rows. */
  readonly count: number;
  /** Of the parts, in bytes. */
  readonly size: number;
  /** The rows' JSON with commas between, UTF-8. */
  readonly json: Buffer;
  /** Header, JSON, and the bytes that stand for nulls in it. The epoch is still to be written. */
  readonly parts: readonly Buffer[];
}

export function frameOf(rows: readonly ChainedRow[]): Frame {
  const bytes: Buffer[] = [];
  const places: [row: number, column: number, length: number][] = [];
  rows.forEach(({ cells }, row) =>
    cells.forEach((cell, column) => {
      if (!Buffer.isBuffer(cell)) return;
      bytes.push(cell);
      places.push([row, column, cell.length]);
    }),
  );
  const json = Buffer.from(rows.map((row) => row.json).join());
  const payload = [Buffer.from('[['), json, Buffer.from(`],${JSON.stringify(places)}]`), ...bytes];
  const header = Buffer.alloc(HEADER_BYTES);
  const length = lengthOf(payload);
  header.writeUInt32LE(length, 4);
  header.writeUInt32LE(lengthOf(payload.slice(0, 3)), 8);
  header.writeUInt32LE(
    payload.reduce((crc, part) => crc32(part, crc), 0),
    12,
  );
  return { count: rows.length, size: HEADER_BYTES + length, json, parts: [header, ...payload] };
}

const lengthOf = (parts: readonly Buffer[]): number => parts.reduce((sum, part) => sum + part.length, 0);

export interface JournalContent {
  readonly epoch: number;
  readonly rows: ChainedRow[];
}

/** The rows of a journal file, in order, up to the first frame that is not whole; nothing where there is no file. */
export function readJournal(path: string): JournalContent {
  const descriptor = openIfThere(path);
  if (descriptor === undefined) return { epoch: 0, rows: [] };
  try {
    return readFrames(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** One frame after another: most of the file is blank. */
function readFrames(descriptor: number): JournalContent {
  const { size } = fstatSync(descriptor);
  const rows: ChainedRow[] = [];
  let epoch = 0;
  for (let at = 0; at + HEADER_BYTES <= size;) {
    const header = readAt(descriptor, HEADER_BYTES, at);
    if (at === 0) epoch = header.readUInt32LE(0);
    if (epoch === 0 || header.readUInt32LE(0) !== epoch) break;
    const length = header.readUInt32LE(4);
    if (at + HEADER_BYTES + length > size) break;
    const payload = readAt(descriptor, length, at + HEADER_BYTES);
    if (crc32(payload) !== header.readUInt32LE(12)) break;
    rows.push(...rowsOf(payload, header.readUInt32LE(8)));
    at += Math.ceil((HEADER_BYTES + length) / BLOCK) * BLOCK;
  }
  return { epoch, rows };
}

function rowsOf(payload: Buffer, jsonLength: number): ChainedRow[] {
  const [lists, places] = JSON.parse(payload.toString('utf8', 0, jsonLength)) as [
    (string | number | Buffer | null)[][],
    [row: number, column: number, length: number][],
  ];
  const rows = lists.map((cells) => ({ cells, json: JSON.stringify(cells) }));
  let from = jsonLength;
  for (const [row, column, length] of places) lists[row][column] = payload.subarray(from, (from += length));
  return rows;
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Bytes that the file has. */
function readAt(descriptor: number, length: number, position: number): Buffer {
  const bytes = Buffer.alloc(length);
  readSync(descriptor, bytes, 0, length, position);
  return bytes;
}
