import type { Entry, ZipFile } from 'yauzl';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { isInnerPath } from './inner-path.js';
import { ModelFileError } from '../inference/model.js';

/** Limits of an archive. Weights hardly compress, so a high ratio means a decompression bomb. */
export const ZIP_LIMITS = { entries: 10_000, bytes: 2 ** 30, ratio: 100, slack: 2 ** 20 };

/** For files that are unpacked to disk instead of memory. */
export const DISK_LIMITS = { ...ZIP_LIMITS, bytes: 8 * 2 ** 30 };

const FILE_TYPE = 0o170000;
const REGULAR = 0o100000;
const MADE_ON_UNIX = 3;
const ENCRYPTED = 1;

/**
 * The files of a zip archive by path. Nothing is decompressed before every entry's name, kind and size were checked.
 */
export interface Archive {
  readonly paths: readonly string[];
  /** @throws ModelFileError if the entry is missing or damaged */
  read(path: string): Promise<Uint8Array>;
  /** Writes the entry to a file that does not exist yet; its folder is made. @throws ModelFileError as `read` */
  extract(path: string, target: string): Promise<void>;
  close(): void;
}

/**
 * Opens a zip archive of a model.
 * @throws ModelFileError for entries that leave the archive's folder, links, encryption, and sizes beyond ZIP_LIMITS
 */
export async function openArchive(path: string, limits = ZIP_LIMITS): Promise<Archive> {
  const { openPromise } = await import('yauzl');
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false, strictFileNames: true }).catch(
    refuse,
  );
  try {
    const entries = await checkedEntries(zip, limits);
    // yauzl ends the stream with an error when the entry inflates to another size than it announced.
    const stream = async (name: string) => {
      const entry = entries.get(name);
      if (!entry) throw new ModelFileError(`${name} is missing in the zip`);
      return zip.openReadStreamPromise(entry);
    };
    return {
      paths: [...entries.keys()],
      read: (name) => stream(name).then(buffer).catch(refuse),
      async extract(name, target) {
        const content = await stream(name).catch(refuse);
        await mkdir(dirname(target), { recursive: true });
        await pipeline(content, createWriteStream(target, { flags: 'wx' })).catch(refuse);
      },
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function checkedEntries(zip: ZipFile, limits: typeof ZIP_LIMITS): Promise<Map<string, Entry>> {
  if (zip.entryCount > limits.entries) {
    throw new ModelFileError(`the zip has ${zip.entryCount} entries; ${limits.entries} are allowed`);
  }
  const entries = new Map<string, Entry>();
  let bytes = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileName;
      if (name.endsWith('/')) continue;
      checkEntry(entry);
      bytes += entry.uncompressedSize;
      if (bytes > limits.bytes)
        throw new ModelFileError(`the zip unpacks to more than ${limits.bytes} bytes`);
      if (entries.has(name)) throw new ModelFileError(`the zip has two entries ${name}`);
      entries.set(name, entry);
    }
  } catch (error) {
    return refuse(error as Error);
  }
  if (bytes > zip.fileSize * limits.ratio + limits.slack) {
    throw new ModelFileError(`the zip unpacks to more than ${limits.ratio} times its size`);
  }
  return entries;
}

function checkEntry(entry: Entry): void {
  const name = JSON.stringify(entry.fileName);
  if (!isInnerPath(entry.fileName)) throw new ModelFileError(`the zip's entry ${name} leaves the folder`);
  const kind = (entry.externalFileAttributes >>> 16) & FILE_TYPE;
  if (entry.versionMadeBy >> 8 === MADE_ON_UNIX && kind !== 0 && kind !== REGULAR) {
    throw new ModelFileError(`the zip's entry ${name} is a link or a device, not a file`);
  }
  if (entry.generalPurposeBitFlag & ENCRYPTED)
    throw new ModelFileError(`the zip's entry ${name} is encrypted`);
}

function refuse(error: Error): never {
  if (error instanceof ModelFileError) throw error;
  throw new ModelFileError(`the zip cannot be read: ${error.message}`);
}
