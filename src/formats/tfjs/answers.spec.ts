import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  constant,
  DENSE,
  floats,
  graphModel,
  layersModel,
  placeholder,
} from '../../../test/fixtures/tfjs/models.js';
import { rows, TfjsFolder } from '../../../test/support/tfjs.js';
import { ModelInputError } from '../../inference/model.js';
import type { Tensor } from '../../inference/tensor.js';
import { tensorflow } from './backend.js';
import { tfjsRuntime } from './runtime.js';

const dir = new TfjsFolder();

describe('a LayersModel', () => {
  it('is imported with its signature, and answers', async () => {
    const { files, ...model } = await dir.import(DENSE, { featureNames: ['a', 'b'] });
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
      ['model.json', { copyFrom: join(dir.path, 'model.json') }],
      ['weights.bin', { copyFrom: join(dir.path, 'weights.bin') }],
    ]);
    const { answers } = await dir.answer(model.signature, [rows('dense_input', [2, 2], 1, 2, -3, 0.25)]);
    expect(answers).toEqual([['dense', [2, 2], [5.5, 0.5, 0, 2.75]]]);
  });

  it('keeps no tensor of a call, and gives all back when it is disposed', async () => {
    const { signature } = await dir.import(DENSE);
    const { tf } = await tensorflow();
    const model = await tfjsRuntime.load(dir.path, signature);
    expect(model.memoryBytes).toBe(24);
    const loaded = tf.memory().numTensors;
    for (let i = 0; i < 5; i++) await model.infer([rows('dense_input', [1, 2], i, i)], ['dense']);
    expect(tf.memory().numTensors).toBe(loaded);
    await model.dispose();
    expect(tf.memory()).toMatchObject({ numTensors: dir.tensors });
  });

  it('answers many rows as it answers one', async () => {
    const { signature } = await dir.import(DENSE);
    const x = Float32Array.from({ length: 2 * 70 }, (_, i) => i / 8 - 4);
    const model = await tfjsRuntime.load(dir.path, signature);
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
    const { signature } = await dir.import(
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
    const model = await tfjsRuntime.load(dir.path, signature);
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
    const { signature } = await dir.import(
      layersModel(
        [
          { class_name: 'Flatten', config: { name: 'flatten', batch_input_shape: [null, 2, 1] } },
          { class_name: 'Dense', config: { name: 'dense', units: 1, use_bias: false } },
        ],
        [{ name: 'dense/kernel', shape: [2, 1], values: [1, 2] }],
      ),
    );
    const model = await tfjsRuntime.load(dir.path, signature);
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
    const { signature } = await dir.import({
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
    const { answers } = await dir.answer(
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
    const { signature } = await dir.import(
      layersModel(
        [{ class_name: 'Embedding', config: embedding }],
        [{ name: 'e/embeddings', shape: [3, 1], values: [10, 20, 30] }],
      ),
    );
    const model = await tfjsRuntime.load(dir.path, signature);
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
    const { signature, description } = await dir.import(
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
    const { answers } = await dir.answer(signature, [rows('features', [2, 2], 1, 1, 2, 0)]);
    expect(answers).toEqual([['score', [2, 1], [7, 6]]]);
  });

  it('with a dynamic operator is executed asynchronously', async () => {
    const zero = { name: 'zero', shape: [], values: [0] };
    const { signature } = await dir.import(
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
    const { answers } = await dir.answer(signature, [rows('x', [2, 2], 1, -1, -1, 1)]);
    expect(answers).toEqual([['where', [2, 2], [0, 0, 1, 1]]]);
  });

  it('with an operator that the backend has for other types only is computed on another one', async () => {
    const { backend } = await tensorflow();
    const whole = { DstT: { type: 'DT_INT32' } };
    const { signature } = await dir.import(
      graphModel(
        [
          placeholder(2),
          { name: 'w', op: 'Const', attr: constant({ name: 'w', shape: [2, 2], values: [] }).attr },
          { name: 'a', op: 'Cast', input: ['x'], attr: whole },
          { name: 'b', op: 'Cast', input: ['w'], attr: whole },
          { name: 'y', op: 'MatMul', input: ['a', 'b'] },
        ],
        [{ name: 'w', shape: [2, 2], values: [1, 2, 3, 4] }],
      ),
    );
    expect(await dir.answer(signature, [rows('x', [1, 2], 1, 10)])).toEqual({
      backend: backend === 'wasm' ? 'cpu' : backend,
      answers: [['y', [1, 2], [31, 42]]],
    });
  });

  it('with an operator that the backend lacks is computed on another one, beside models that are not', async () => {
    const { backend, tf } = await tensorflow();
    const { signature } = await dir.import(
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
    const answered = await dir.answer(signature, [rows('x', [1, 2], 1, 2)]);
    expect(answered).toEqual({
      backend: backend === 'wasm' ? 'cpu' : backend,
      answers: [['y', [1, 1], [11]]],
    });
    expect(tf.getBackend()).toBe(backend);
  });
});
