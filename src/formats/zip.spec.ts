import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DENSE, file } from '../../test/fixtures/tfjs/models.js';
import { type ZipEntry, zipOf } from '../../test/fixtures/tfjs/zip.js';
import { ModelFileError } from '../inference/model.js';
import { tfjsRuntime } from './tfjs/runtime.js';
import { openArchive, ZIP_LIMITS } from './zip.js';

describe('a zip', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'modelgate-'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  const model: ZipEntry[] = Object.entries(DENSE).map(([name, data]) => ({ name, data }));
  const write = async (bytes: Uint8Array) => {
    const path = join(dir, 'model.zip');
    await writeFile(path, bytes);
    return path;
  };

  it('gives its files, and names none that is not there', async () => {
    const archive = await openArchive(await write(zipOf([...model, { name: 'folder/', data: '' }])));
    expect(archive.paths).toEqual(['model.json', 'weights.bin']);
    expect((await archive.read('model.json')).toString()).toBe(DENSE['model.json']);
    await expect(archive.read('folder/a')).rejects.toThrow(
      new ModelFileError('folder/a is missing in the zip'),
    );
    archive.close();
  });

  it.each<[string, ZipEntry, string | RegExp]>([
    [
      'a path to above',
      { name: '../evil', data: 'x' },
      /^the zip cannot be read: invalid relative path: \.\.\/evil$/,
    ],
    [
      'an absolute path',
      { name: '/etc/evil', data: 'x' },
      /^the zip cannot be read: absolute path: \/etc\/evil$/,
    ],
    [
      'a backslash',
      { name: 'a\\..\\evil', data: 'x' },
      /^the zip cannot be read: invalid characters in fileName/,
    ],
    ['a dot', { name: './evil', data: 'x' }, 'the zip\'s entry "./evil" leaves the folder'],
    [
      'a symbolic link',
      { name: 'l', data: '/etc', mode: 0o120777 },
      'the zip\'s entry "l" is a link or a device, not a file',
    ],
    [
      'a fifo',
      { name: 'f', data: '', mode: 0o010644 },
      'the zip\'s entry "f" is a link or a device, not a file',
    ],
    ['an encrypted entry', { name: 'e', data: 'x', flags: 1 }, 'the zip\'s entry "e" is encrypted'],
    ['an entry twice', model[0], 'the zip has two entries model.json'],
    [
      'an entry that announces more than is allowed',
      { name: 'b', data: 'x', announced: ZIP_LIMITS.bytes + 1 },
      'the zip unpacks to more than 1073741824 bytes',
    ],
    [
      'a bomb',
      { name: 'b', data: new Uint8Array(4 * 2 ** 20) },
      'the zip unpacks to more than 100 times its size',
    ],
  ])('is refused for %s, before anything is inflated', async (_, entry, message) => {
    const path = await write(zipOf([...model, entry]));
    await expect(openArchive(path)).rejects.toThrow(message);
    await expect(openArchive(path)).rejects.toBeInstanceOf(ModelFileError);
    const source = await file(path);
    expect(await tfjsRuntime.recognise(source)).toBe('a TensorFlow.js model (zip)');
    await expect(tfjsRuntime.import(source, {})).rejects.toThrow(message);
  });

  it('is refused when an entry inflates to more than it announced', async () => {
    const [json, weights] = model;
    const path = await write(zipOf([json, { ...weights, announced: 4 }]));
    await expect(tfjsRuntime.import(await file(path), {})).rejects.toThrow(
      /^the zip cannot be read: too many bytes in the stream/,
    );
  });

  it('is refused when it is cut off', async () => {
    const path = await write(zipOf(model).subarray(0, -30));
    await expect(tfjsRuntime.import(await file(path), {})).rejects.toThrow(/^the zip cannot be read: /);
  });

  it('is refused when two models lie side by side', async () => {
    const twice = ['a/', 'b/'].flatMap((prefix) =>
      model.map((entry) => ({ ...entry, name: prefix + entry.name })),
    );
    await expect(tfjsRuntime.import(await file(await write(zipOf(twice))), {})).rejects.toThrow(
      new ModelFileError('the zip has several models: a/model.json, b/model.json'),
    );
  });

  it('is refused for too many entries', async () => {
    const many = Array.from({ length: ZIP_LIMITS.entries + 1 }, (_, i) => ({ name: String(i), data: '' }));
    await expect(openArchive(await write(zipOf(many)))).rejects.toThrow(
      new ModelFileError('the zip has 10001 entries; 10000 are allowed'),
    );
  });
});
