/** What a source holds that is wrapped around model files: gzip, a zip, a folder of several files, an MLflow model. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { ModelFileError } from '../inference/model.js';
import { mlflowModel } from './mlflow/mlflow-model.js';
import { kindOfPickle } from './pickle/recognise.js';
import type { Runtimes } from './runtime.js';
import { importSource, type ImportSource } from './source.js';
import type { Unpacked } from './unpacked.js';
import { DISK_LIMITS, openArchive } from './zip.js';

const MAX_FILES = 100;
/** gzip in a zip in a folder: deeper nests are not made by people. */
const MAX_DEPTH = 4;

const GZIP_LIMITS = { bytes: 2 ** 31, ratio: 200, slack: 32 * 2 ** 20 } as const;

/** Entries by which a zip is a format of its own, which reads it itself. */
const OWN_ZIPS = /(^|\/)(model\.json|schema\.json|model\.weights\.h5|data\.pkl|constants\.pkl)$/;

/**
 * @param scratch a folder for what is unpacked; made if need be, the caller's to remove
 * @throws ModelFileError where an archive is damaged, unsafe or too large, or a folder holds no model
 */
export async function unpack(
  source: ImportSource,
  scratch: string | undefined,
  runtimes: Runtimes,
  depth = 0,
): Promise<Unpacked> {
  const inside =
    depth < MAX_DEPTH && scratch !== undefined
      ? await opened(source, join(scratch, String(depth)))
      : undefined;
  if (inside !== undefined) return unpack(await importSource(inside), scratch, runtimes, depth + 1);
  if (!source.isDirectory) return { sources: [source] };
  const mlflow = await mlflowModel(source.path);
  if (mlflow !== undefined) return mlflow;
  const isModel = await runtimes.recognise(source).catch(undefinedIfUnknown);
  return { sources: isModel === undefined ? await modelFiles(source.path, runtimes) : [source] };
}

/** The path of the unpacked file; undefined for a source that is not packed. */
async function opened(source: ImportSource, to: string): Promise<string | undefined> {
  const { head, isDirectory, path } = source;
  if (isDirectory) return undefined;
  if (head[0] === 0x1f && head[1] === 0x8b && kindOfPickle(head) === undefined) return gunzipped(path, to);
  if (Buffer.from(head.subarray(0, 4)).toString('latin1') === 'PK\u0003\u0004') return unzipped(path, to);
  return undefined;
}

async function gunzipped(path: string, to: string): Promise<string> {
  await mkdir(to, { recursive: true });
  const target = join(to, basename(path).replace(/\.gz$/i, '') || 'model');
  let read = 0;
  let written = 0;
  const count = (add: (bytes: number) => void) =>
    new Transform({
      transform(chunk: Buffer, _, done) {
        add(chunk.length);
        const tooMuch = written > Math.min(GZIP_LIMITS.bytes, GZIP_LIMITS.ratio * read + GZIP_LIMITS.slack);
        done(
          tooMuch
            ? new ModelFileError(
                'the file grows out of proportion when decompressed; refused as a possible decompression bomb',
              )
            : null,
          chunk,
        );
      },
    });
  try {
    await pipeline(
      createReadStream(path),
      count((bytes) => (read += bytes)),
      createGunzip(),
      count((bytes) => (written += bytes)),
      createWriteStream(target, { flags: 'wx' }),
    );
  } catch (error) {
    if (error instanceof ModelFileError) throw error;
    if ((error as NodeJS.ErrnoException).code?.startsWith('Z_') !== true) throw error;
    throw new ModelFileError('the compressed file is damaged or cut short');
  }
  return target;
}

/** The folder of the zip's files; undefined for a zip that is a format of its own. */
async function unzipped(path: string, to: string): Promise<string | undefined> {
  const archive = await openArchive(path, DISK_LIMITS).catch(undefinedIfUnknown);
  // A damaged zip is refused by the format that reads zips of files.
  if (archive === undefined) return undefined;
  try {
    if (archive.paths.some((name) => OWN_ZIPS.test(name))) return undefined;
    for (const name of archive.paths) {
      if (/(^|\/)(__MACOSX|\.DS_Store)(\/|$)/.test(name)) continue;
      await archive.extract(name, join(to, name));
    }
  } finally {
    archive.close();
  }
  return innermost(to);
}

/** Archives are made of the files, or of the folder around them. */
async function innermost(folder: string): Promise<string> {
  for (let at = folder, depth = 0; ; depth++) {
    const [first, second] = await readdir(at, { withFileTypes: true });
    if (first === undefined) throw new ModelFileError('the archive is empty');
    if (second !== undefined || depth >= 32) return at;
    at = join(at, first.name);
    if (!first.isDirectory()) return at;
  }
}

/** The model files of a folder. Other files (data, notebooks, text) are skipped. */
async function modelFiles(folder: string, runtimes: Runtimes): Promise<ImportSource[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => !entry.name.startsWith('.') && !entry.isSymbolicLink())
    .map(({ name }) => name);
  if (names.length > 10_000) throw new ModelFileError('the folder holds more than 10000 files');
  const found: ImportSource[] = [];
  for (const name of names.sort()) {
    const source = await importSource(join(folder, name)).catch(undefinedIfUnknown);
    if (source === undefined || (await runtimes.recognise(source).catch(undefinedIfUnknown)) === undefined)
      continue;
    if (found.push(source) > MAX_FILES)
      throw new ModelFileError(`the folder holds more than ${MAX_FILES} model files`);
  }
  if (found.length === 0)
    throw new ModelFileError(
      `no model was found in the folder; it holds ${names.slice(0, 20).join(', ') || 'nothing'}`,
    );
  return found;
}

function undefinedIfUnknown(error: unknown): undefined {
  if (!(error instanceof ModelFileError)) throw error;
}
