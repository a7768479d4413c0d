import { mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModelFileError } from '../inference/model.js';
import { type Manifest, readManifest, verifyFiles, writePackage } from './manifest.js';

const ABOUT: Omit<Manifest, 'files'> = {
  schemaVersion: 1,
  name: 'm',
  version: '3',
  runtime: 'onnx',
  description: 'a model',
  signature: {
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: [-1] }],
    defaultOutputs: ['y'],
  },
};

// printf a | sha256sum
const SHA256_OF_A = 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb';

describe('a model package', () => {
  let root: string;
  let dir: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'modelgate-'));
    dir = join(root, 'm', '3');
  });
  afterEach(() => rm(root, { recursive: true }));

  const write = async () => {
    await writeFile(join(root, 'source'), 'bb');
    return writePackage(
      dir,
      ABOUT,
      new Map<string, Uint8Array | { copyFrom: string }>([
        ['sub/b', { copyFrom: join(root, 'source') }],
        ['a', Buffer.from('a')],
      ]),
    );
  };

  it('is written with the digest of every file, and read back', async () => {
    const manifest = await write();
    expect(manifest.files.map(({ path, bytes }) => [path, bytes])).toEqual([
      ['a', 1],
      ['sub/b', 2],
    ]);
    expect(manifest.files[0].sha256).toBe(SHA256_OF_A);
    expect(await readManifest(dir)).toEqual({ ...ABOUT, files: manifest.files });
    await expect(verifyFiles(dir, manifest)).resolves.toBeUndefined();
    expect(await readdir(join(root, 'm'))).toEqual(['3']);
  });

  it('does not overwrite another package', async () => {
    await write();
    await writeFile(join(dir, 'a'), 'z');
    await expect(write()).rejects.toThrow(
      new ModelFileError(`${dir} already exists, and versions never change`),
    );
    expect(await readFile(join(dir, 'a'), 'utf8')).toBe('z');
    expect(await readdir(join(root, 'm'))).toEqual(['3']);
  });

  it('leaves nothing behind if a file cannot be copied', async () => {
    const files = new Map([['a', { copyFrom: join(root, 'none') }]]);
    await expect(writePackage(dir, ABOUT, files)).rejects.toThrow('ENOENT');
    expect(await readdir(join(root, 'm'))).toEqual([]);
  });

  it.each<[string, () => Promise<unknown>, string]>([
    [
      'changed',
      () => writeFile(join(dir, 'a'), 'z'),
      'a does not have the SHA-256 that modelgate.json records',
    ],
    ['cut off', () => truncate(join(dir, 'sub/b'), 1), 'sub/b has 1 bytes instead of 2'],
    ['removed', () => rm(join(dir, 'a')), 'a is missing'],
    ['made a folder', () => rm(join(dir, 'a')).then(() => mkdir(join(dir, 'a'))), 'a is not a regular file'],
    [
      'made a link',
      () => rm(join(dir, 'a')).then(() => symlink('sub/b', join(dir, 'a'))),
      'a is not a regular file',
    ],
  ])('with a file %s is rejected', async (_, spoil, message) => {
    const manifest = await write();
    await spoil();
    await expect(verifyFiles(dir, manifest)).rejects.toThrow(new ModelFileError(`${dir}: ${message}`));
  });

  it.each<[string, (manifest: Manifest) => unknown, string]>([
    ['an unknown schema', (m) => ({ ...m, schemaVersion: 2 }), 'schemaVersion: Invalid input: expected 1'],
    ['version 0', (m) => ({ ...m, version: '0' }), 'version: must be a positive whole number'],
    ['an unknown field', (m) => ({ ...m, extra: 1 }), 'document: Unrecognized key: "extra"'],
    [
      'a path out of the package',
      (m) => ({ ...m, files: [{ ...m.files[0], path: '../a' }] }),
      'files.0.path: must be a relative path inside the package',
    ],
  ])('with a manifest of %s is rejected', async (_, change, message) => {
    const manifest = await write();
    await writeFile(join(dir, 'modelgate.json'), JSON.stringify(change(manifest)));
    await expect(readManifest(dir)).rejects.toThrow(new ModelFileError(`${dir}: modelgate.json: ${message}`));
  });

  it('without a manifest, or with one that is not JSON, is rejected', async () => {
    await expect(readManifest(dir)).rejects.toThrow(new ModelFileError(`${dir}: modelgate.json is missing`));
    await write();
    await writeFile(join(dir, 'modelgate.json'), '{');
    await expect(readManifest(dir)).rejects.toThrow(new ModelFileError(`${dir}: modelgate.json is not JSON`));
    await truncate(join(dir, 'modelgate.json'), 16 * 2 ** 20 + 1);
    await expect(readManifest(dir)).rejects.toThrow(
      new ModelFileError(`${dir}: modelgate.json is larger than 16777216 bytes`),
    );
  });
});
