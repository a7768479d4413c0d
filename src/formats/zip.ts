import type { Entry, ZipFile } from 'yauzl';
import { buffer } from 'node:stream/consumers';
import { isInnerPath } from './inner-path.js';
import { ModelFileError } from '../inference/model.js';

/** What an archive may hold; weights are noise to a compressor, so a high ratio is a bomb and not a model. */
export const ZIP_LIMITS = { entries: 10_000, bytes: 2 ** 30, ratio: 100, slack: 2 ** 20 } as const;

const FILE_TYPE = 0o170000;
const REGULAR = 0o100000;
const MADE_ON_UNIX = 3;
const ENCRYPTED = 1;

/** The files of a zip archive by path. Nothing is inflated before every entry's name, kind and size have passed. */
export interface Archive {
  readonly paths: readonly string[];
  /** @throws ModelFileError when the entry is missing or damaged */
  read(path: string): Promise<Uint8Array>;
  close(): void;
}

/**
 * Opens a zip archive of a model.
 * @throws ModelFileError for entries that leave the archive's folder, links, encryption, and sizes beyond ZIP_LIMITS
 */
export async function openArchive(path: string): Promise<Archive> {
  const { openPromise } = await import('yauzl');
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false, strictFileNames: true }).catch(
    refuse,
  );
  try {
    const entries = await checkedEntries(zip);
    return {
      paths: [...entries.keys()],
      async read(name) {
        const entry = entries.get(name);
        if (!entry) throw new ModelFileError(`${name} is missing in the zip`);
        // yauzl ends the stream with an error when the entry inflates to another size than it announced.
        return zip.openReadStreamPromise(entry).then(buffer).catch(refuse);
      },
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function checkedEntries(zip: ZipFile): Promise<Map<string, Entry>> {
  if (zip.entryCount > ZIP_LIMITS.entries) {
    throw new ModelFileError(`the zip has ${zip.entryCount} entries; ${ZIP_LIMITS.entries} are allowed`);
  }
  const entries = new Map<string, Entry>();
  let bytes = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileName;
      if (name.endsWith('/')) continue;
      checkEntry(entry);
      bytes += entry.uncompressedSize;
      if (bytes > ZIP_LIMITS.bytes)
        throw new ModelFileError(`the zip unpacks to more than ${ZIP_LIMITS.bytes} bytes`);
      if (entries.has(name)) throw new ModelFileError(`the zip has two entries ${name}`);
      entries.set(name, entry);
    }
  } catch (error) {
    return refuse(error as Error);
  }
  if (bytes > zip.fileSize * ZIP_LIMITS.ratio + ZIP_LIMITS.slack) {
    throw new ModelFileError(`the zip unpacks to more than ${ZIP_LIMITS.ratio} times its size`);
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
