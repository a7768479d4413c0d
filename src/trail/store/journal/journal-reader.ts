import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { type ChainedRow, hasItsContent } from '../../audit-chain.js';
import { BLOCK } from './direct-file.js';
import { type FrameJson, HEADER_BYTES } from './journal.js';

export interface JournalContent {
  readonly epoch: number;
  readonly rows: ChainedRow[];
}

/** The rows of a journal file, in order, up to the first incomplete frame. Empty if there is no file. */
export function readJournal(path: string): JournalContent {
  const descriptor = openIfThere(path);
  if (descriptor === undefined) return { epoch: 0, rows: [] };
  try {
    return readFrames(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Reads frame by frame, because most of the file is blank. */
function readFrames(descriptor: number): JournalContent {
  const { size } = fstatSync(descriptor);
  const rows: ChainedRow[] = [];
  const contents: Contents = new Map();
  let epoch = 0;
  for (let at = 0; at + HEADER_BYTES <= size;) {
    const header = readAt(descriptor, HEADER_BYTES, at);
    if (at === 0) epoch = header.readUInt32LE(0);
    if (epoch === 0 || header.readUInt32LE(0) !== epoch) break;
    const length = header.readUInt32LE(4);
    const jsonLength = header.readUInt32LE(8);
    if (jsonLength > length || at + HEADER_BYTES + length > size) break;
    const payload = readAt(descriptor, length, at + HEADER_BYTES);
    const json = payload.subarray(0, jsonLength);
    if (crc32(json) !== header.readUInt32LE(12)) break;
    const found = rowsOf(JSON.parse(json.toString()) as FrameJson, payload.subarray(jsonLength), contents);
    if (!found) break;
    rows.push(...found);
    at += Math.ceil((HEADER_BYTES + length) / BLOCK) * BLOCK;
  }
  return { epoch, rows };
}

/** Contents that were written before their rows, in pieces. */
type Contents = Map<number, Buffer[]>;

/** Undefined if the bytes do not match the rows' digests. */
function rowsOf(
  [lists, places, content]: FrameJson,
  bytes: Buffer,
  contents: Contents,
): ChainedRow[] | undefined {
  if (content !== undefined) {
    contents.set(content, [...(contents.get(content) ?? []), bytes]);
    return [];
  }
  const rows = lists.map((cells) => ({ cells: [...cells], json: JSON.stringify(cells) }));
  const withBytes = new Set<ChainedRow>();
  let from = 0;
  for (const [row, column, length, number] of places) {
    const target = rows[row];
    if (!target) return undefined;
    target.cells[column] =
      number === undefined
        ? bytes.subarray(from, (from += length))
        : Buffer.concat(contents.get(number) ?? []);
    withBytes.add(target);
  }
  return [...withBytes].every(hasItsContent) ? rows : undefined;
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Reads at most up to the end of the file. */
function readAt(descriptor: number, length: number, position: number): Buffer {
  const bytes = Buffer.alloc(length);
  readSync(descriptor, bytes, 0, length, position);
  return bytes;
}
