import { lstat, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { type ImportSource } from '../source.js';
import { ModelFileError } from '../../inference/model.js';
import { looksLikeModelJson, MAX_MODEL_JSON_BYTES, MODEL_JSON } from './model-json.js';
import { openArchive } from '../zip.js';

/** The files that make up one TensorFlow.js model, wherever they lie. */
export interface ModelSource {
  /** @throws ModelFileError when the file is missing, or not a file */
  read(path: string): Promise<Uint8Array>;
  /** The file's content for a package. */
  keep(path: string): Promise<Uint8Array | { copyFrom: string }>;
  close(): void;
}

const ZIP_MAGIC = 'PK\u0003\u0004';

/** Tells a source by its content. */
export async function kindOf(source: ImportSource): Promise<'folder' | 'zip' | 'json' | undefined> {
  if (source.isDirectory) return (await isFile(join(source.path, MODEL_JSON))) ? 'folder' : undefined;
  const head = Buffer.from(source.head);
  if (head.toString('latin1', 0, ZIP_MAGIC.length) === ZIP_MAGIC) {
    return (await hasModelJson(source.path)) ? 'zip' : undefined;
  }
  return looksLikeModelJson(head.toString('utf8')) ? 'json' : undefined;
}

/** Opens the folder, the zip, or the folder that a `model.json` lies in. */
export async function openSource(
  source: ImportSource,
  kind: 'folder' | 'zip' | 'json',
): Promise<ModelSource> {
  if (kind === 'zip') return zipSource(source.path);
  if (kind === 'folder') return folderSource(source.path);
  return folderSource(dirname(source.path), basename(source.path));
}

/** A folder; its `model.json` may bear another name. */
export function folderSource(dir: string, modelJson: string = MODEL_JSON): ModelSource {
  const locate = (path: string) => join(dir, path === MODEL_JSON ? modelJson : path);
  return {
    async read(path) {
      const file = await regularFile(dir, locate(path), path);
      const { size } = await lstat(file);
      if (path === MODEL_JSON && size > MAX_MODEL_JSON_BYTES) {
        throw new ModelFileError(`${path} is larger than ${MAX_MODEL_JSON_BYTES} bytes`);
      }
      return readFile(file);
    },
    keep: async (path) => ({ copyFrom: await regularFile(dir, locate(path), path) }),
    close: () => undefined,
  };
}

/** The real path of a file of the folder; none on the way to it may be a link. */
async function regularFile(dir: string, path: string, name: string): Promise<string> {
  const real = await realpath(path).catch(() => {
    throw new ModelFileError(`${name} is missing`);
  });
  if (real !== join(await realpath(dir), relative(dir, path)) || !(await lstat(real)).isFile()) {
    throw new ModelFileError(`${name} is not a regular file of the model's folder`);
  }
  return real;
}

async function zipSource(path: string): Promise<ModelSource> {
  const archive = await openArchive(path);
  const folder = modelFolder(archive.paths);
  const read = (name: string) => archive.read(folder + name);
  return { read, keep: read, close: () => archive.close() };
}

/** The folder of the one model.json nearest to the top: archives are made of the files or of the folder around them. */
function modelFolder(paths: readonly string[]): string {
  const found = paths.filter((path) => basename(path) === MODEL_JSON);
  const depth = (path: string) => path.split('/').length;
  const [first, second] = found.sort((a, b) => depth(a) - depth(b));
  if (!first) throw new ModelFileError(`the zip has no ${MODEL_JSON}`);
  if (second && depth(second) === depth(first))
    throw new ModelFileError(`the zip has several models: ${first}, ${second}`);
  return first.slice(0, -MODEL_JSON.length);
}

/** A zip that is not sound is still for this runtime to refuse: no other one takes zips of files. */
async function hasModelJson(path: string): Promise<boolean> {
  try {
    const archive = await openArchive(path);
    archive.close();
    return archive.paths.some((name) => basename(name) === MODEL_JSON);
  } catch {
    return true;
  }
}

async function isFile(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isFile() ?? false;
}
