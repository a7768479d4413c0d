import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { externalInitializer, modelOf } from '../../../test/fixtures/onnx/build-model.js';
import { findExternalFiles } from './external-data.js';
import { bytesField } from './protobuf.js';

let folder: string;

beforeEach(async () => {
  const parent = await realpath(await mkdtemp(join(tmpdir(), 'external-data-')));
  folder = join(parent, 'model');
  await mkdir(join(folder, 'weights'), { recursive: true });
  await writeFile(join(folder, 'weights', 'w.bin'), new Uint8Array(16));
  await writeFile(join(parent, 'secret'), 'secret');
  await symlink(join(parent, 'secret'), join(folder, 'out.bin'));
  await symlink(parent, join(folder, 'up'));
  await symlink('weights/w.bin', join(folder, 'in.bin'));
});

afterEach(() => rm(join(folder, '..'), { recursive: true }));

const find = (...locations: string[]) => {
  const graphFields = locations.map((location, index) => externalInitializer(`w${index}`, location, [4]));
  return findExternalFiles(modelOf({ graphFields }), join(folder, 'model.onnx'));
};

describe('findExternalFiles', () => {
  it('finds each file once, where it really stands', async () => {
    const real = join(folder, 'weights', 'w.bin');
    expect(await find('weights/w.bin', './weights/w.bin', 'weights/w.bin', 'in.bin')).toEqual([
      { location: 'weights/w.bin', path: real, size: 16 },
      { location: 'in.bin', path: real, size: 16 },
    ]);
  });

  it.each([
    ['../secret', "is not a path inside the model's folder"],
    ['weights/../../secret', "is not a path inside the model's folder"],
    ['out.bin', "leads out of the model's folder"],
    ['up/secret', "leads out of the model's folder"],
    ['/etc/passwd', "is not a path inside the model's folder"],
    ['C:/windows', "is not a path inside the model's folder"],
    ['..\\secret', "is not a path inside the model's folder"],
    ['*/_ORT_MEM_ADDR_/*', "is not a path inside the model's folder"],
    ['', "is not a path inside the model's folder"],
    ['weights/w.bin\0', "is not a path inside the model's folder"],
    ['weights', 'is not a regular file'],
    ['nothing.bin', 'is missing'],
  ])('refuses %j', async (location, reason) => {
    await expect(find(location)).rejects.toThrow(`external data ${JSON.stringify(location)} ${reason}`);
  });

  it('finds a tensor hidden in an attribute of a nested graph', async () => {
    const tensor = externalInitializer('w', '../secret', [4]).subarray(2);
    const attribute = bytesField(5, [bytesField(1, 'value'), bytesField(5, [tensor])]);
    const model = modelOf({ graphFields: [bytesField(1, [bytesField(4, 'Constant'), attribute])] });
    await expect(findExternalFiles(model, join(folder, 'model.onnx'))).rejects.toThrow(
      'is not a path inside',
    );
  });
});
