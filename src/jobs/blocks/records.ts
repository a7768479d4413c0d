import { isUtf8 } from 'node:buffer';
import { InputFileError } from '../../prediction/input/input-file-error.js';
import { CsvSplitter } from './csv-splitter.js';

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

/**
 * Splits a file into blocks of whole records, in constant memory. The splits depend only on the bytes, so a
 * file that is read again from the end of a block gives the same following blocks.
 * @param chunks the bytes from the file's start, or from the end of any block
 * @throws InputFileError if a record is longer than 8 MiB
 */
export async function* recordBlocks(
  chunks: AsyncIterable<Buffer>,
  format: FileFormat,
  blockRecords = BLOCK_RECORDS,
): AsyncGenerator<RecordBlock> {
  const splitter = format === 'csv' ? new CsvSplitter(RECORD_BYTES) : new LineSplitter();
  let rest: Buffer = Buffer.alloc(0);
  let pieces: Buffer[] = [];
  let waiting = 0;
  let records: (string | undefined)[] = [];
  let bytes = 0;
  for await (const chunk of withEnd(chunks)) {
    pieces.push(chunk.bytes);
    waiting += chunk.bytes.length;
    // What an unfinished record has is copied only when as much has come again: each byte a few times at most.
    if (waiting < rest.length && !chunk.isLast && waiting + rest.length <= RECORD_BYTES) continue;
    const buffer = rest.length + pieces.length === 1 ? chunk.bytes : Buffer.concat([rest, ...pieces]);
    [pieces, waiting] = [[], 0];
    let start = 0;
    for (;;) {
      const end = splitter.end(buffer, start, chunk.isLast);
      if (end === -1) break;
      addRecord(records, buffer.subarray(start, end));
      const next = Math.min(end + 1, buffer.length);
      bytes += next - start;
      start = next;
      if (records.length < blockRecords && bytes < BLOCK_BYTES) continue;
      yield { records, bytes };
      records = [];
      bytes = 0;
    }
    rest = buffer.subarray(start);
    splitter.moved(start);
    if (rest.length > RECORD_BYTES) throw new InputFileError(tooLong(format));
  }
  if (records.length > 0 || bytes > 0) yield { records, bytes };
}

/** The chunks, and an empty last one. */
async function* withEnd(
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<{ readonly bytes: Buffer; readonly isLast: boolean }> {
  for await (const bytes of chunks) yield { bytes, isLast: false };
  yield { bytes: Buffer.alloc(0), isLast: true };
}

/** Lines of NDJSON. */
class LineSplitter {
  private at = 0;

  /** As {@link CsvSplitter.end}. */
  end(buffer: Buffer, start: number, isLast: boolean): number {
    const end = buffer.indexOf(LINE_FEED, Math.max(this.at, start));
    this.at = end === -1 ? buffer.length : end + 1;
    return end === -1 && isLast && start < buffer.length ? buffer.length : end;
  }

  moved(start: number): void {
    this.at -= start;
  }
}

function addRecord(records: (string | undefined)[], line: Buffer): void {
  const bytes = line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
  if (bytes.length > 0) records.push(isUtf8(bytes) ? bytes.toString() : undefined);
}

const tooLong = (format: FileFormat): string =>
  `a ${format === 'csv' ? 'record' : 'line'} is longer than ${RECORD_BYTES / 2 ** 20} MiB${format === 'csv' ? '; is a closing quote missing?' : ''}`;
