import { open, readFile, stat } from 'node:fs/promises';
import { ModelFileError } from '../inference/model.js';

/** A file or folder to import. `head` is the first 64 KiB of a file (empty for a folder). */
export interface ImportSource {
  readonly path: string;
  readonly isDirectory: boolean;
  readonly head: Uint8Array;
}

const HEAD_BYTES = 64 * 1024;

/**
 * Opens a file or folder for import.
 * @throws ModelFileError if it does not exist
 */
export async function importSource(path: string): Promise<ImportSource> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new ModelFileError('no such file or folder');
  if (found.isDirectory()) return { path, isDirectory: true, head: new Uint8Array() };
  if (!found.isFile()) throw new ModelFileError('expected a file or a folder; found a special file');
  const file = await open(path, 'r');
  try {
    const head = new Uint8Array(HEAD_BYTES);
    const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0);
    return { path, isDirectory: false, head: head.subarray(0, bytesRead) };
  } finally {
    await file.close();
  }
}

/** Maximum bytes per read in Node 20. */
const LARGEST_FILE = 2 ** 31 - 1;

/** The bytes of a file. @throws ModelFileError if it is too large */
export async function readModelFile(path: string): Promise<Uint8Array> {
  const { size } = await stat(path);
  if (size > LARGEST_FILE) throw new ModelFileError('the file is larger than 2 GiB, which is not supported');
  return readFile(path);
}
