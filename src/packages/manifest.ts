import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, lstat, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ImportedModel } from '../formats/runtime.js';
import { ModelFileError } from '../inference/model.js';
import { type Manifest, MANIFEST_FILE, manifestSchema, parseManifest } from './manifest.schema.js';

export { type Manifest, MANIFEST_FILE, manifestSchema };

/** The target folder already contains another package. */
export class PackageExistsError extends ModelFileError {}

/** Categories and trees make manifests larger, but none comes near this limit. */
const MAX_MANIFEST_BYTES = 16 * 2 ** 20;

/**
 * Reads `modelgate.json` of the package in `dir`.
 * @throws ModelFileError if it is missing, too large or not a manifest
 */
export async function readManifest(dir: string): Promise<Manifest> {
  const { size } = await statFile(dir, MANIFEST_FILE);
  if (size > MAX_MANIFEST_BYTES) {
    throw new ModelFileError(`${dir}: ${MANIFEST_FILE} is larger than ${MAX_MANIFEST_BYTES} bytes`);
  }
  return parseManifest(await readFile(join(dir, MANIFEST_FILE), 'utf8'), dir);
}

/**
 * Compares size and SHA-256 of every file of the package with its manifest.
 * @throws ModelFileError that names the first missing or altered file
 */
export async function verifyFiles(dir: string, manifest: Manifest): Promise<void> {
  for (const file of manifest.files) {
    const { size } = await statFile(dir, file.path);
    if (size !== file.bytes) {
      throw new ModelFileError(`${dir}: ${file.path} has ${size} bytes instead of ${file.bytes}`);
    }
    if ((await sha256OfFile(join(dir, file.path))) !== file.sha256) {
      throw new ModelFileError(
        `${dir}: ${file.path} does not have the SHA-256 that ${MANIFEST_FILE} records`,
      );
    }
  }
}

/**
 * Writes a package atomically: to a hidden folder beside it, synced to disk, then renamed to `dir`.
 * @param dir folder of the package; its parents are created
 * @param about the manifest without `files`, which are added with their paths and digests
 * @param files relative path → bytes, or a file to copy, as returned by importers
 * @throws PackageExistsError if `dir` already exists
 */
export async function writePackage(
  dir: string,
  about: Omit<Manifest, 'files'>,
  files: ImportedModel['files'],
): Promise<Manifest> {
  const parent = dirname(dir);
  await mkdir(parent, { recursive: true });
  const draft = join(parent, `.${basename(dir)}-${process.pid}-${randomUUID()}`);
  try {
    const manifest = manifestSchema.parse({ ...about, files: await writeFiles(draft, files) });
    await writeFile(join(draft, MANIFEST_FILE), renderManifest(manifest));
    await sync(join(draft, MANIFEST_FILE));
    await renameInto(draft, dir);
    await sync(parent);
    return manifest;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** The bytes of `modelgate.json`. */
export function renderManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

async function writeFiles(draft: string, files: ImportedModel['files']): Promise<Manifest['files']> {
  const written: Manifest['files'] = [];
  for (const [path, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const target = join(draft, path);
    await mkdir(dirname(target), { recursive: true });
    await ('copyFrom' in content ? copyFile(content.copyFrom, target) : writeFile(target, content));
    await sync(target);
    written.push({ path, sha256: await sha256OfFile(target), bytes: (await lstat(target)).size });
  }
  return written;
}

async function renameInto(draft: string, dir: string): Promise<void> {
  try {
    await rename(draft, dir);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOTDIR') throw error;
    throw new PackageExistsError(`${dir} already exists, and versions never change`);
  }
}

async function statFile(dir: string, path: string) {
  const stats = await lstat(join(dir, path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    throw new ModelFileError(`${dir}: ${path} is missing`);
  });
  if (!stats.isFile()) throw new ModelFileError(`${dir}: ${path} is not a regular file`);
  return stats;
}

/** SHA-256 of a file in hexadecimal, read as a stream. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function sync(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
