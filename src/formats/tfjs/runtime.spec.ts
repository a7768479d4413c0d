import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  DENSE,
  file,
  type Files,
  folder,
  graphModel,
  placeholder,
  writeFiles,
} from '../../../test/fixtures/tfjs/models.js';
import { zipOf } from '../../../test/fixtures/tfjs/zip.js';
import { TfjsFolder } from '../../../test/support/tfjs.js';
import { ModelFileError } from '../../inference/model.js';
import { tfjsRuntime } from './runtime.js';

const dir = new TfjsFolder();

describe('a source', () => {
  const zip = async (files: Files, prefix = '') => {
    const path = join(dir.path, 'model.zip');
    await writeFile(
      path,
      zipOf(Object.entries(files).map(([name, data]) => ({ name: prefix + name, data }))),
    );
    return file(path);
  };

  it.each(['', 'my-model/'])('may be a zip, its files under "%s"', async (prefix) => {
    const source = await zip(DENSE, prefix);
    expect(await tfjsRuntime.recognise(source)).toBe('a TensorFlow.js model (zip)');
    const { files } = await tfjsRuntime.import(source, {});
    expect(
      Object.fromEntries([...files].map(([path, bytes]) => [path, Buffer.from(bytes as Uint8Array)])),
    ).toEqual({
      'model.json': Buffer.from(DENSE['model.json']),
      'weights.bin': Buffer.from(DENSE['weights.bin']),
    });
  });

  it('may be the model.json in its folder, under any name', async () => {
    await writeFiles(dir.path, { 'net.json': DENSE['model.json'], 'weights.bin': DENSE['weights.bin'] });
    const source = await file(join(dir.path, 'net.json'));
    expect(await tfjsRuntime.recognise(source)).toBe('a TensorFlow.js model (model.json)');
    const { files } = await tfjsRuntime.import(source, {});
    expect(files.get('model.json')).toEqual({ copyFrom: join(dir.path, 'net.json') });
  });

  it.each([
    ['a folder without model.json', async () => folder(dir.path)],
    ['a zip without model.json', () => zip({ 'a.txt': 'a' })],
    ['other JSON', async () => file((await writeFiles(dir.path, { 'a.json': '{"a": 1}' })) + '/a.json')],
    ['an empty file', async () => file((await writeFiles(dir.path, { a: '' })) + '/a')],
  ])('is not recognised: %s', async (_, source) => {
    expect(await tfjsRuntime.recognise(await source())).toBeUndefined();
  });

  it('with a linked weight file is refused', async () => {
    await writeFile(join(dir.path, 'secret'), DENSE['weights.bin']);
    await mkdir(join(dir.path, 'model'));
    await writeFile(join(dir.path, 'model', 'model.json'), DENSE['model.json']);
    await symlink('../secret', join(dir.path, 'model', 'weights.bin'));
    await expect(tfjsRuntime.import(folder(join(dir.path, 'model')), {})).rejects.toThrow(
      new ModelFileError("weights.bin is not a regular file of the model's folder"),
    );
  });
});

describe('a model is refused', () => {
  interface Draft {
    modelTopology: { config: { layers: { class_name: string; config: Record<string, unknown> }[] } };
    weightsManifest: { paths: string[]; weights: { name: string; shape: number[] }[] }[];
  }
  const changed = (
    change: (model: Draft, layer: Draft['modelTopology']['config']['layers'][0]) => void,
  ): Files => {
    const model = JSON.parse(DENSE['model.json'] as string) as Draft;
    change(model, model.modelTopology.config.layers[0]);
    return { ...DENSE, 'model.json': JSON.stringify(model) };
  };
  const group = (model: Draft) => model.weightsManifest[0];

  it.each<[string, Files, string]>([
    ['not JSON', { ...DENSE, 'model.json': '{"modelTopology":' }, 'model.json is not JSON'],
    [
      'a path out of the folder',
      changed((model) => (group(model).paths = ['../weights.bin'])),
      "model.json: weightsManifest.0.paths.0: must be a path inside the model's folder",
    ],
    ['a missing file', changed((model) => (group(model).paths = ['other.bin'])), 'other.bin is missing'],
    [
      'truncated weights',
      { ...DENSE, 'weights.bin': (DENSE['weights.bin'] as Uint8Array).subarray(0, 23) },
      'weights.bin: 23 bytes of weights, model.json announces 24',
    ],
    [
      'weights too long',
      { ...DENSE, 'weights.bin': new Uint8Array(25) },
      'weights.bin: 25 bytes of weights, model.json announces 24',
    ],
    [
      'a topology that asks for more memory than there are weights',
      changed((_, layer) => (layer.config['units'] = 1e9)),
      'the topology asks for more weights than the file has',
    ],
    [
      'a layer that multiplies its rows',
      changed((model) =>
        model.modelTopology.config.layers.push({
          class_name: 'RepeatVector',
          config: { name: 'r', n: 1e12 },
        }),
      ),
      'a layer makes 2000000000000 values of one row; 268435456 are allowed',
    ],
    [
      'a layer class that carries code',
      changed((_, layer) => (layer.class_name = 'Lambda')),
      'TensorFlow.js cannot build the model: Unknown layer: Lambda',
    ],
    [
      'a stateful layer',
      changed((_, layer) => (layer.config['stateful'] = true)),
      'a layer is stateful: its answers would depend on earlier requests',
    ],
    [
      'weights of another name',
      changed((model) => (group(model).weights[1].name = 'other/bias')),
      'TensorFlow.js cannot build the model: Provided weight data has no target variable: other/bias',
    ],
    [
      'weights of another shape',
      changed((model) => (group(model).weights[0].shape = [1, 4])),
      'TensorFlow.js cannot build the model: Shape mismatch: [2,2] vs. [1,4]',
    ],
    [
      'an unknown operator',
      graphModel([placeholder(2), { name: 'y', op: 'Nope', input: ['x'] }], []),
      "TensorFlow.js cannot compute the model: Unknown op 'Nope'",
    ],
  ])('for %s', async (_, files, message) => {
    await expect(dir.import(files)).rejects.toThrow(new ModelFileError(message));
  });

  it('for feature names that are too few', async () => {
    await expect(dir.import(DENSE, { featureNames: ['a'] })).rejects.toThrow(
      new ModelFileError('1 feature names were given for 2 features'),
    );
  });

  it('for a head that is not known', async () => {
    const { signature } = await dir.import(DENSE);
    await expect(tfjsRuntime.load(dir.path, signature, { head: 'tail' })).rejects.toThrow(
      new ModelFileError('the package asks for the head "tail", which is not known'),
    );
  });
});

describe('the process', () => {
  it('keeps its own last-resort listeners and no others', () => {
    for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
      const names = process.listeners(event as 'uncaughtException').map((listener) => listener.toString());
      expect(
        names.filter((source) => source.includes('ExitStatus') || source.includes('throw reason')),
      ).toEqual([]);
    }
  });
});
