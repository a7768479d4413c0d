import { createReadStream } from 'node:fs';
import { InputFileError } from '../../prediction/input/input-file-error.js';
import { type FileFormat, recordBlocks } from './records.js';

/**
 * The first record of a file, without a byte order mark; undefined if it is not UTF-8.
 * @throws InputFileError if it is too long, or the file has no record
 */
export async function firstRecord(path: string, format: FileFormat): Promise<string | undefined> {
  const stream = createReadStream(path);
  for await (const { records } of recordBlocks(stream, format, 1))
    if (records.length > 0) return records[0]?.replace(/^\uFEFF/, '');
  throw new InputFileError('the file has no rows');
}
