import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  FLOAT,
  FLOAT16,
  modelOf,
  sequenceInfo,
  tensorInfo,
  type ModelParts,
} from '../../../test/fixtures/onnx/build-model.js';
import type { LoadedModel } from '../../inference/model.js';
import type { ImportedModel, ImportOptions } from '../runtime.js';
import type { Tensor, TensorData } from '../../inference/tensor.js';
import { onnxRuntime } from './runtime.js';

const FIXTURES = 'test/fixtures/onnx';

interface Expected {
  readonly inputs: Readonly<Record<string, { shape: number[]; data: unknown[] }>> | number[][];
  readonly outputs?: Readonly<Record<string, unknown[]>>;
  readonly probability?: unknown[];
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onnx-runtime-spec-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function importFile(path: string, options: ImportOptions = {}): Promise<ImportedModel> {
  const head = (await readFile(path)).subarray(0, 65536);
  return onnxRuntime.import({ path, isDirectory: false, head }, options);
}

async function importParts(parts: ModelParts): Promise<ImportedModel> {
  const path = join(folder, 'offered.onnx');
  await writeFile(path, modelOf(parts));
  return importFile(path);
}

async function loadImported({ files, signature }: ImportedModel): Promise<LoadedModel> {
  const dir = await mkdtemp(join(folder, 'package-'));
  for (const [name, content] of files) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    if ('copyFrom' in content) await copyFile(content.copyFrom, join(dir, name));
    else await writeFile(join(dir, name), content);
  }
  return onnxRuntime.load(dir, signature);
}

const float32 = (name: string, shape: number[], values: number[]): Tensor => ({
  name,
  datatype: 'FP32',
  shape,
  data: Float32Array.from(values),
});

function inputsOf({ signature }: LoadedModel, { inputs }: Expected): Tensor[] {
  return signature.inputs.map(({ name, datatype }) => {
    const { shape, data } = Array.isArray(inputs)
      ? { shape: [inputs.length, inputs[0].length], data: inputs }
      : inputs[name];
    const flat = data.flat(9) as (number | string | null)[];
    const numbers = flat.map((value) => (value === null ? NaN : (value as number)));
    const typed: Partial<Record<string, () => TensorData>> = {
      BYTES: () => flat as string[],
      INT64: () => BigInt64Array.from(numbers, BigInt),
      FP64: () => Float64Array.from(numbers),
      FP32: () => Float32Array.from(numbers),
    };
    return { name, datatype, shape, data: typed[datatype]!() };
  });
}

/** Rows of a ZipMap's maps as the columns that the signature's classes name. */
function columns(values: unknown[], classes: readonly unknown[] = []): unknown[] {
  return values
    .map((row) =>
      row !== null && typeof row === 'object' && !Array.isArray(row)
        ? classes.map((label) => (row as Record<string, number>)[String(label)])
        : row,
    )
    .flat(9);
}

describe('the fixtures', async () => {
  const names = (await readdir(FIXTURES)).filter((name) => name.endsWith('.onnx'));

  it.each(names)('%s answers as onnxruntime did where it was made', async (name) => {
    const text = await readFile(join(FIXTURES, name.replace('.onnx', '.expected.json')), 'utf8');
    const expected = JSON.parse(text) as Expected;
    const model = await loadImported(await importFile(join(FIXTURES, name)));
    const outputs = expected.outputs ?? { probability: expected.probability! };
    expect(model.signature.defaultOutputs).toEqual(Object.keys(outputs));
    const answers = await model.infer(inputsOf(model, expected), model.signature.defaultOutputs);
    for (const answer of answers) {
      const wanted = columns(outputs[answer.name], model.signature.classes);
      const got = Array.from(answer.data as ArrayLike<unknown>);
      expect(got).toHaveLength(wanted.length);
      if (answer.datatype === 'BYTES') expect(got).toEqual(wanted);
      else if (answer.datatype === 'INT64') expect(got).toEqual((wanted as number[]).map(BigInt));
      else {
        const digits = answer.datatype === 'FP64' ? 1e-9 : 1e-5;
        const worst = Math.max(
          ...got.map((value, index) => Math.abs((value as number) - (wanted[index] as number))),
        );
        expect(worst).toBeLessThan(digits * Math.max(1, ...(wanted as number[]).map(Math.abs)));
      }
    }
    await model.dispose();
  });
});

describe('import', () => {
  it('tells what skl2onnx made, and which columns stand for which labels', async () => {
    const { description, signature, provenance } = await importFile(
      join(FIXTURES, 'iris-logistic-zipmap.onnx'),
    );
    expect(description).toBe(
      'ONNX opset 21 from skl2onnx 1.20.0 (LinearClassifier, Identity, Normalizer, ZipMap)',
    );
    expect(signature).toMatchObject({
      outputs: [
        { name: 'output_label', datatype: 'BYTES', shape: [-1] },
        { name: 'output_probability', datatype: 'FP32', shape: [-1, 3] },
      ],
      classes: ['setosa', 'versicolor', 'virginica'],
    });
    expect(provenance).toMatchObject({
      opsets: { 'ai.onnx': 21, 'ai.onnx.ml': 1 },
      columns: { output_probability: ['setosa', 'versicolor', 'virginica'] },
    });
  });

  it('finds classes without a ZipMap, categories, and where missing values are answered', async () => {
    expect((await importFile(join(FIXTURES, 'iris-forest.onnx'))).signature.classes).toEqual([
      'setosa',
      'versicolor',
      'virginica',
    ]);
    expect((await importFile(join(FIXTURES, 'mixed-columns-zipmap.onnx'))).signature.features).toEqual([
      { name: 'age', datatype: 'FP32', nullable: true },
      { name: 'job', datatype: 'BYTES', categories: ['a', 'b', 'c'] },
      { name: 'n', datatype: 'INT64' },
      { name: 'inc', datatype: 'FP32', nullable: true },
    ]);
    expect((await importFile(join(FIXTURES, 'imputer-on-one-column.onnx'))).signature.features).toEqual([
      { name: 'f0', datatype: 'FP32' },
      { name: 'f1', datatype: 'FP32', nullable: true },
    ]);
  });

  it('takes external data along', async () => {
    const imported = await importFile(join(FIXTURES, 'external', 'matmul.onnx'));
    expect([...imported.files.keys()]).toEqual(['model.onnx', 'w.bin']);
    const model = await loadImported(imported);
    const [answer] = await model.infer([float32('a', [1, 2], [1, 1])], ['c']);
    expect(answer).toEqual({ name: 'c', datatype: 'FP32', shape: [1, 2], data: Float32Array.of(4, 6) });
    expect(model.memoryBytes).toBe(135 + 16);
    await model.dispose();
  });

  it('leaves out a sequence beside a tensor, and says so', async () => {
    const { signature, provenance } = await importParts({
      nodes: [
        { opType: 'Neg', inputs: ['x'], outputs: ['y'] },
        { opType: 'SequenceConstruct', inputs: ['x'], outputs: ['s'] },
      ],
      inputs: [tensorInfo('x', FLOAT, ['N', 2])],
      outputs: [tensorInfo('y', FLOAT), sequenceInfo('s')],
    });
    expect(signature.outputs).toEqual([{ name: 'y', datatype: 'FP32', shape: [-1, 2] }]);
    expect(provenance).toMatchObject({ droppedOutputs: { s: 'sequences cannot be answered' } });
  });

  const x = tensorInfo('x', FLOAT, ['N', 2]);
  const y = tensorInfo('y', FLOAT, ['N', 2]);
  it.each<[string, ModelParts, RegExp]>([
    [
      'an opset to come',
      { opsets: { '': 99 }, nodes: [{ opType: 'Neg', inputs: ['x'], outputs: ['y'] }] },
      /^onnxruntime cannot load the model: .*Opset 99 is under development[^\n]*$/,
    ],
    [
      'an unknown operator',
      { nodes: [{ opType: 'Nag', inputs: ['x'], outputs: ['y'] }] },
      /^onnxruntime cannot load the model: .*No Op registered for Nag[^\n]*$/,
    ],
    [
      'an operator that cannot run',
      { nodes: [{ opType: 'Reshape', inputs: ['x', 'x'], outputs: ['y'] }] },
      /^onnxruntime cannot load the model: [^\n]*tensor\(float\)[^\n]*$/,
    ],
    ['a graph without opset', { opsets: {} }, /^the file is truncated: it imports no operator set$/],
  ])('refuses %s in one line', async (_what, parts, message) => {
    await expect(importParts({ inputs: [x], outputs: [y], ...parts })).rejects.toThrow(message);
    await expect(importParts({ inputs: [x], outputs: [y], ...parts })).rejects.toMatchObject({
      name: 'ModelFileError',
    });
  });

  it('refuses a truncated file at any length in one line', async () => {
    const whole = await readFile(join(FIXTURES, 'iris-logistic-zipmap.onnx'));
    const path = join(folder, 'truncated.onnx');
    for (const length of [2, 40, 400, 690, 706, whole.length - 1]) {
      await writeFile(path, whole.subarray(0, length));
      await expect(importFile(path)).rejects.toThrow(/^the file is truncated: .+$/);
    }
  });
});

describe('infer', () => {
  it('answers the outputs asked for, in that order', async () => {
    const model = await loadImported(await importFile(join(FIXTURES, 'iris-forest.onnx')));
    const rows = float32('X', [1, 4], [5.1, 3.5, 1.4, 0.2]);
    const names = async (outputs: string[]) => (await model.infer([rows], outputs)).map(({ name }) => name);
    expect(await names(['probabilities', 'label'])).toEqual(['probabilities', 'label']);
    expect(await names(['label'])).toEqual(['label']);
    await model.dispose();
  });

  it('answers no rows with no rows', async () => {
    const model = await loadImported(await importFile(join(FIXTURES, 'pima-logistic.onnx')));
    const [answer] = await model.infer([float32('X', [0, 8], [])], ['probability']);
    expect(answer.shape).toEqual([0, 1]);
    await model.dispose();
  });

  it('names the row whose category the model refuses, or whose text is missing', async () => {
    const model = await loadImported(await importFile(join(FIXTURES, 'strict-categories.onnx')));
    const inputs = (jobs: (string | null)[]): Tensor[] => [
      float32('age', [4, 1], [20, 30, 40, 50]),
      { name: 'job', datatype: 'BYTES', shape: [4, 1], data: jobs },
    ];
    await expect(model.infer(inputs(['a', 'b', 'pilot', 'c']), ['output_label'])).rejects.toMatchObject({
      name: 'ModelInputError',
      row: 2,
      message: expect.stringMatching(/OneHotEncoder.*Unknown Category/) as string,
    });
    await expect(model.infer(inputs(['a', null, 'b', 'c']), ['output_label'])).rejects.toMatchObject({
      name: 'ModelInputError',
      row: 1,
      feature: 'job',
    });
    await model.dispose();
  });

  it('carries halves', async () => {
    const half = (name: string) => tensorInfo(name, FLOAT16, ['N', 2]);
    const nodes = [{ opType: 'Add', inputs: ['x', 'x'], outputs: ['y'] }];
    const model = await loadImported(await importParts({ nodes, inputs: [half('x')], outputs: [half('y')] }));
    const input: Tensor = {
      name: 'x',
      datatype: 'FP16',
      shape: [1, 2],
      data: Float32Array.of(1.5, -0.333251953125),
    };
    expect(await model.infer([input], ['y'])).toEqual([
      { name: 'y', datatype: 'FP16', shape: [1, 2], data: Float32Array.of(3, -0.66650390625) },
    ]);
    await model.dispose();
  });
});
