import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  constant,
  DENSE,
  file,
  type Files,
  floats,
  folder,
  graphModel,
  layersModel,
  placeholder,
  writeFiles,
} from '../../../test/fixtures/tfjs/models.js';
import { zipOf } from '../../../test/fixtures/tfjs/zip.js';
import { type Signature, ModelInputError, ModelFileError } from '../../inference/model.js';
import type { ImportedModel, ImportOptions } from '../runtime.js';
import type { Tensor } from '../../inference/tensor.js';
import { tensorflow } from './backend.js';
import { tfjsRuntime } from './runtime.js';

let dir: string;
let tensors: number;

beforeAll(() => tensorflow());
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'modelgate-'));
  tensors = (await tensorflow()).tf.memory().numTensors;
});
afterEach(async () => {
  await rm(dir, { recursive: true });
  const left = (await tensorflow()).tf.memory().numTensors - tensors;
  if (left !== 0) throw new Error(`${left} tensors were left behind`);
});

const importFiles = async (files: Files, options: ImportOptions = {}): Promise<ImportedModel> =>
  tfjsRuntime.import(folder(await writeFiles(dir, files)), options);

const rows = (name: string, shape: number[], ...values: number[]): Tensor => ({
  name,
  datatype: 'FP32',
  shape,
  data: Float32Array.from(values),
});

/** Loads what lies in `dir`, answers once and disposes; tells the backend too. */
async function answer(signature: Signature, inputs: Tensor[], outputs = signature.defaultOutputs) {
  const model = await tfjsRuntime.load(dir, signature);
  try {
    const answers = await model.infer(inputs, outputs);
    return {
      backend: model.backend,
      answers: answers.map(({ name, shape, data }) => [name, shape, [...data]]),
    };
  } finally {
    await model.dispose();
  }
}

describe('a LayersModel', () => {
  it('is imported with its signature, and answers', async () => {
    const { files, ...model } = await importFiles(DENSE, { featureNames: ['a', 'b'] });
    expect(model).toEqual({
      description: 'TensorFlow.js LayersModel (Dense)',
      signature: {
        inputs: [{ name: 'dense_input', datatype: 'FP32', shape: [-1, 2] }],
        features: [
          { name: 'a', datatype: 'FP32' },
          { name: 'b', datatype: 'FP32' },
        ],
        outputs: [{ name: 'dense', datatype: 'FP32', shape: [-1, 2] }],
        defaultOutputs: ['dense'],
      },
      provenance: {
        format: 'layers-model',
        tree: {
          className: 'Sequential',
          name: 'sequential',
          steps: [{ className: 'Dense', name: 'dense', parameters: { units: 2, activation: 'relu' } }],
        },
      },
    });
    expect([...files]).toEqual([
      ['model.json', { copyFrom: join(dir, 'model.json') }],
      ['weights.bin', { copyFrom: join(dir, 'weights.bin') }],
    ]);
    const { answers } = await answer(model.signature, [rows('dense_input', [2, 2], 1, 2, -3, 0.25)]);
    expect(answers).toEqual([['dense', [2, 2], [5.5, 0.5, 0, 2.75]]]);
  });

  it('keeps no tensor of a call, and gives all back when it is disposed', async () => {
    const { signature } = await importFiles(DENSE);
    const { tf } = await tensorflow();
    const model = await tfjsRuntime.load(dir, signature);
    expect(model.memoryBytes).toBe(24);
    const loaded = tf.memory().numTensors;
    for (let i = 0; i < 5; i++) await model.infer([rows('dense_input', [1, 2], i, i)], ['dense']);
    expect(tf.memory().numTensors).toBe(loaded);
    await model.dispose();
    expect(tf.memory()).toMatchObject({ numTensors: tensors });
  });

  it('answers many rows as it answers one', async () => {
    const { signature } = await importFiles(DENSE);
    const x = Float32Array.from({ length: 2 * 70 }, (_, i) => i / 8 - 4);
    const model = await tfjsRuntime.load(dir, signature);
    const [all] = await model.infer([{ ...rows('dense_input', [70, 2]), data: x }], ['dense']);
    for (let row = 0; row < 70; row++) {
      const [one] = await model.infer([rows('dense_input', [1, 2], x[2 * row], x[2 * row + 1])], ['dense']);
      expect(one.data).toEqual(all.data.slice(2 * row, 2 * row + 2));
    }
    await model.dispose();
  });

  it('gives a row the same bits in whatever company, where its layers look at one row alone', async () => {
    const [width, hidden, classes] = [13, 37, 3];
    const wave = (count: number, step: number): number[] =>
      Array.from({ length: count }, (_, i) => Math.sin(step * (i + 1)));
    const dense = (name: string, units: number, activation: string, more = {}) => ({
      class_name: 'Dense',
      config: { name, units, activation, use_bias: true, ...more },
    });
    const { signature } = await importFiles(
      layersModel(
        [
          dense('hidden', hidden, 'tanh', { batch_input_shape: [null, width] }),
          { class_name: 'Dropout', config: { name: 'dropout', rate: 0.5 } },
          dense('classes', classes, 'softmax'),
        ],
        [
          { name: 'hidden/kernel', shape: [width, hidden], values: wave(width * hidden, 0.7) },
          { name: 'hidden/bias', shape: [hidden], values: wave(hidden, 0.3) },
          { name: 'classes/kernel', shape: [hidden, classes], values: wave(hidden * classes, 1.1) },
          { name: 'classes/bias', shape: [classes], values: wave(classes, 0.9) },
        ],
      ),
    );
    const model = await tfjsRuntime.load(dir, signature);
    // Native TensorFlow may add up otherwise for one row than for several.
    expect(model.rowwise).toBe(model.backend !== 'tensorflow');
    const x = (from: number, to: number): Tensor =>
      rows('hidden_input', [to - from, width], ...wave(64 * width, 0.37).slice(from * width, to * width));
    const alone: number[] = [];
    for (let row = 0; row < 64; row++)
      alone.push(...((await model.infer([x(row, row + 1)], ['classes']))[0].data as Float32Array));
    for (const size of model.rowwise ? [2, 3, 4, 5, 7, 8, 16, 33, 64] : [])
      for (let from = 0; from + size <= 64; from += size) {
        const [together] = await model.infer([x(from, from + size)], ['classes']);
        expect([...(together.data as Float32Array)]).toEqual(
          alone.slice(from * classes, (from + size) * classes),
        );
      }
    await model.dispose();
  });

  it('is asked alone where a layer is not known to look at one row alone', async () => {
    const { signature } = await importFiles(
      layersModel(
        [
          { class_name: 'Flatten', config: { name: 'flatten', batch_input_shape: [null, 2, 1] } },
          { class_name: 'Dense', config: { name: 'dense', units: 1, use_bias: false } },
        ],
        [{ name: 'dense/kernel', shape: [2, 1], values: [1, 2] }],
      ),
    );
    const model = await tfjsRuntime.load(dir, signature);
    expect(model.rowwise).toBe(false);
    await model.dispose();
  });

  it('with several inputs and outputs is fed and asked by name', async () => {
    const node = (name: string) => [[[name, 0, 0, {}]]];
    const dense = (name: string, from: string) => ({
      class_name: 'Dense',
      name,
      config: { name, units: 1, use_bias: false },
      inbound_nodes: node(from),
    });
    const input = (name: string, shape: (number | null)[]) => ({
      class_name: 'InputLayer',
      name,
      config: { name, batch_input_shape: shape, dtype: 'float32' },
      inbound_nodes: [],
    });
    const config = {
      name: 'model',
      layers: [input('a', [null, 1]), input('b', [null, 1]), dense('twice', 'a'), dense('thrice', 'b')],
      input_layers: [['a', 0, 0], ['b', 0, 0]], // prettier-ignore
      output_layers: [['twice', 0, 0], ['thrice', 0, 0]], // prettier-ignore
    };
    const { signature } = await importFiles({
      'model.json': JSON.stringify({
        modelTopology: { model_config: { class_name: 'Functional', config } },
        weightsManifest: [
          { paths: ['1'], weights: [{ name: 'twice/kernel', shape: [1, 1], dtype: 'float32' }] },
          { paths: ['2'], weights: [{ name: 'thrice/kernel', shape: [1, 1], dtype: 'float32' }] },
        ],
      }),
      1: floats(2),
      2: floats(3),
    });
    expect(signature.features).toEqual([
      { name: 'a', datatype: 'FP32' },
      { name: 'b', datatype: 'FP32' },
    ]);
    const { answers } = await answer(
      signature,
      [rows('a', [1, 1], 5), rows('b', [1, 1], 7)],
      ['thrice', 'twice'],
    );
    expect(answers).toEqual([
      ['thrice', [1, 1], [21]],
      ['twice', [1, 1], [10]],
    ]);
  });

  it('says which values it cannot take as the fault of the caller', async () => {
    const embedding = { name: 'e', input_dim: 3, output_dim: 1, batch_input_shape: [null, 1] };
    const { signature } = await importFiles(
      layersModel(
        [{ class_name: 'Embedding', config: embedding }],
        [{ name: 'e/embeddings', shape: [3, 1], values: [10, 20, 30] }],
      ),
    );
    const model = await tfjsRuntime.load(dir, signature);
    const infer = async (index: number) =>
      (await model.infer([rows('e_input', [1, 1], index)], ['e']))[0].data[0];
    expect(await infer(2)).toBe(30);
    await expect(infer(3)).rejects.toThrow(
      new ModelInputError(
        'the model cannot compute these values: GatherV2: the index value 3 is not in [0, 2]',
      ),
    );
    await model.dispose();
  });
});

describe('a GraphModel', () => {
  const kernel = { name: 'kernel', shape: [2, 1], values: [3, 4] };

  it('bears the names of its signature', async () => {
    const { signature, description } = await importFiles(
      graphModel(
        [placeholder(2), constant(kernel), { name: 'y', op: 'MatMul', input: ['x', 'kernel'] }],
        [kernel],
        { inputs: { features: { name: 'x:0' } }, outputs: { score: { name: 'y:0' } } },
      ),
    );
    expect(description).toBe('TensorFlow.js GraphModel (MatMul)');
    expect(signature).toMatchObject({
      inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, 2] }],
      outputs: [{ name: 'score', datatype: 'FP32', shape: [-1, 1] }],
    });
    const { answers } = await answer(signature, [rows('features', [2, 2], 1, 1, 2, 0)]);
    expect(answers).toEqual([['score', [2, 1], [7, 6]]]);
  });

  it('with a dynamic operator is executed asynchronously', async () => {
    const zero = { name: 'zero', shape: [], values: [0] };
    const { signature } = await importFiles(
      graphModel(
        [
          placeholder(2),
          constant(zero),
          { name: 'positive', op: 'Greater', input: ['x', 'zero'] },
          { name: 'where', op: 'Where', input: ['positive'] },
        ],
        [zero],
      ),
    );
    const { answers } = await answer(signature, [rows('x', [2, 2], 1, -1, -1, 1)]);
    expect(answers).toEqual([['where', [2, 2], [0, 0, 1, 1]]]);
  });

  it('with an operator that the backend lacks is computed on another one, beside models that are not', async () => {
    const { backend, tf } = await tensorflow();
    const { signature } = await importFiles(
      graphModel(
        [
          placeholder(2),
          constant(kernel),
          {
            name: 'y',
            op: 'Einsum',
            input: ['x', 'kernel'],
            attr: { equation: { s: Buffer.from('ij,jk->ik').toString('base64') }, N: { i: '2' } },
          },
        ],
        [kernel],
      ),
    );
    const answered = await answer(signature, [rows('x', [1, 2], 1, 2)]);
    expect(answered).toEqual({
      backend: backend === 'wasm' ? 'cpu' : backend,
      answers: [['y', [1, 1], [11]]],
    });
    expect(tf.getBackend()).toBe(backend);
  });
});

describe('a source', () => {
  const zip = async (files: Files, prefix = '') => {
    const path = join(dir, 'model.zip');
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
    await writeFiles(dir, { 'net.json': DENSE['model.json'], 'weights.bin': DENSE['weights.bin'] });
    const source = await file(join(dir, 'net.json'));
    expect(await tfjsRuntime.recognise(source)).toBe('a TensorFlow.js model (model.json)');
    const { files } = await tfjsRuntime.import(source, {});
    expect(files.get('model.json')).toEqual({ copyFrom: join(dir, 'net.json') });
  });

  it.each([
    ['a folder without model.json', async () => folder(dir)],
    ['a zip without model.json', () => zip({ 'a.txt': 'a' })],
    ['other JSON', async () => file((await writeFiles(dir, { 'a.json': '{"a": 1}' })) + '/a.json')],
    ['an empty file', async () => file((await writeFiles(dir, { a: '' })) + '/a')],
  ])('is not recognised: %s', async (_, source) => {
    expect(await tfjsRuntime.recognise(await source())).toBeUndefined();
  });

  it('with a linked weight file is refused', async () => {
    await writeFile(join(dir, 'secret'), DENSE['weights.bin']);
    await mkdir(join(dir, 'model'));
    await writeFile(join(dir, 'model', 'model.json'), DENSE['model.json']);
    await symlink('../secret', join(dir, 'model', 'weights.bin'));
    await expect(tfjsRuntime.import(folder(join(dir, 'model')), {})).rejects.toThrow(
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
    await expect(importFiles(files)).rejects.toThrow(new ModelFileError(message));
  });

  it('for feature names that are too few', async () => {
    await expect(importFiles(DENSE, { featureNames: ['a'] })).rejects.toThrow(
      new ModelFileError('1 feature names were given for 2 features'),
    );
  });

  it('for a head that is not known', async () => {
    const { signature } = await importFiles(DENSE);
    await expect(tfjsRuntime.load(dir, signature, { head: 'tail' })).rejects.toThrow(
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
