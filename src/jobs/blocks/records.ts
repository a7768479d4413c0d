import { isUtf8 } from 'node:buffer';
import { InputFileError } from '../../prediction/input/input-file-error.js';

export type FileFormat = 'csv' | 'ndjson';

/**
 * Consecutive records of a file: lines of NDJSON, or records of CSV, whose quoted cells may contain line
 * breaks.
 */
export interface RecordBlock {
  /** Without line ends; undefined if the bytes are not UTF-8. Empty lines are skipped. */
  readonly records: readonly (string | undefined)[];
  /** Bytes of the file from the end of the previous block to the end of this one. */
  readonly bytes: number;
}

export const BLOCK_RECORDS = 4096;
/** Wide rows make smaller blocks, so that memory is bounded. */
const BLOCK_BYTES = 4 * 2 ** 20;
const RECORD_BYTES = 8 * 2 ** 20;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;

/**
 * Splits a file into blocks of whole records, in constant memory. The splits depend only on the bytes, so a
 * file that is read again from the end of a block gives the same following blocks.
 * @param chunks the bytes from the file's start, or from the end of any block
 * @throws InputFileError if a record is longer than 8 MiB, in CSV usually because of a missing closing quote
 */
export async function* recordBlocks(
  chunks: AsyncIterable<Buffer>,
  format: FileFormat,
  blockRecords = BLOCK_RECORDS,
): AsyncGenerator<RecordBlock> {
  const rest = new Unfinished();
  let isQuoted = false;
  let records: (string | undefined)[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let at = 0; ;) {
      const lineEnd = chunk.indexOf(LINE_FEED, at);
      const end = lineEnd === -1 ? chunk.length : lineEnd;
      if (format === 'csv' && hasOddQuotes(chunk.subarray(at, end))) isQuoted = !isQuoted;
      if (lineEnd === -1) break;
      at = lineEnd + 1;
      if (isQuoted) continue;
      bytes += rest.length + at - start;
      const line = rest.joined(chunk.subarray(start, lineEnd));
      if (line.length > 0) addRecord(records, line);
      start = at;
      if (records.length < blockRecords && bytes < BLOCK_BYTES) continue;
      yield { records, bytes };
      records = [];
      bytes = 0;
    }
    rest.add(chunk.subarray(start));
    if (rest.length > RECORD_BYTES) throw new InputFileError(tooLong(format));
  }
  bytes += rest.length;
  const last = rest.joined();
  if (last.length > 0) addRecord(records, last);
  if (records.length > 0 || bytes > 0) yield { records, bytes };
}

/** The start of a record whose end has not come yet. Its pieces are joined once, however small they come. */
class Unfinished {
  length = 0;
  private pieces: Buffer[] = [];

  add(piece: Buffer): void {
    if (piece.length === 0) return;
    this.pieces.push(piece);
    this.length += piece.length;
  }

  /** The whole, with its last piece; nothing is left. */
  joined(last?: Buffer): Buffer {
    if (last !== undefined && this.length === 0) return last;
    const whole = Buffer.concat(last === undefined ? this.pieces : [...this.pieces, last]);
    this.pieces = [];
    this.length = 0;
    return whole;
  }
}

function addRecord(records: (string | undefined)[], line: Buffer): void {
  const bytes = line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
  if (bytes.length > 0) records.push(isUtf8(bytes) ? bytes.toString() : undefined);
}

function hasOddQuotes(line: Buffer): boolean {
  let isOdd = false;
  for (let at = line.indexOf(QUOTE); at !== -1; at = line.indexOf(QUOTE, at + 1)) isOdd = !isOdd;
  return isOdd;
}

const tooLong = (format: FileFormat): string =>
  `a ${format === 'csv' ? 'record' : 'line'} is longer than ${RECORD_BYTES / 2 ** 20} MiB${format === 'csv' ? '; is a closing quote missing?' : ''}`;
