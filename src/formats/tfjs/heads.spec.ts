import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Files, writeFiles } from '../../../test/fixtures/tfjs/models.js';
import { labelDatatype, shownLabel } from '../../inference/labels.js';
import type { Label, Signature } from '../../inference/model.js';
import { type DenseLayer, denseModelFiles } from './dense-model.js';
import { type Head, headOutputs } from './heads.js';
import { tfjsRuntime } from './runtime.js';

describe('a stack of dense layers with a head', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'modelgate-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  /** Writes the stack, loads it, and answers the rows of `x` with all its outputs. */
  async function answer(
    head: Head,
    stack: DenseLayer[],
    {
      x,
      columns,
      classes,
      outputColumns,
    }: { x: number[]; columns: number; classes?: Label[]; outputColumns: number },
  ) {
    const outputs = headOutputs(head, classes ? labelDatatype(classes) : 'FP64', outputColumns);
    const signature: Signature = {
      inputs: [{ name: 'input', datatype: 'FP64', shape: [-1, columns] }],
      outputs,
      defaultOutputs: ['predict'],
      classes: classes?.map(shownLabel),
    };
    await writeFiles(dir, Object.fromEntries(denseModelFiles(columns, stack)) as Files);
    const model = await tfjsRuntime.load(dir, signature, { head });
    const tensor = {
      name: 'input',
      datatype: 'FP64',
      shape: [x.length / columns, columns],
      data: Float64Array.from(x),
    } as const;
    const answers = await model.infer(
      [tensor],
      outputs.map(({ name }) => name),
    );
    await model.dispose();
    return answers.map(({ name, datatype, shape, data }) => ({ name, datatype, shape, data: [...data] }));
  }

  it('binary: label and both probabilities; one half is the first class', async () => {
    const stack: DenseLayer[] = [{ units: 1, activation: 'sigmoid', kernel: [1], bias: [0] }];
    const classes = ['no', 'yes'];
    expect(
      await answer('binary', stack, { x: [0, 100, -100], columns: 1, classes, outputColumns: 2 }),
    ).toEqual([
      { name: 'predict', datatype: 'BYTES', shape: [3], data: ['no', 'yes', 'no'] },
      {
        name: 'predict_proba',
        datatype: 'FP32',
        shape: [3, 2],
        data: [0.5, 0.5, 0, 1, 1, expect.closeTo(0, 30)],
      },
    ]);
  });

  it('multiclass: the label of the largest probability, the first one of equals', async () => {
    const stack: DenseLayer[] = [
      { units: 3, activation: 'softmax', kernel: [0, 100, 100, 100, 0, 0], bias: [0, 0, 0] },
    ];
    const classes = [10, 20, 30];
    expect(
      await answer('multiclass', stack, { x: [1, 0, 0, 1], columns: 2, classes, outputColumns: 3 }),
    ).toEqual([
      { name: 'predict', datatype: 'INT64', shape: [2], data: [20n, 10n] },
      {
        name: 'predict_proba',
        datatype: 'FP32',
        shape: [2, 3],
        data: [0, 0.5, 0.5, 1, 0, 0].map((p) => expect.closeTo(p, 6) as number),
      },
    ]);
  });

  it('regression: one value a row, or one a target', async () => {
    const hidden: DenseLayer = { units: 2, activation: 'relu', kernel: [1, -1], bias: [0, 0] };
    const one: DenseLayer = { units: 1, activation: 'linear', kernel: [2, 3], bias: [0.5] };
    expect(await answer('regression', [hidden, one], { x: [1, -1], columns: 1, outputColumns: 1 })).toEqual([
      { name: 'predict', datatype: 'FP64', shape: [2], data: [2.5, 3.5] },
    ]);
    const two: DenseLayer = { units: 2, activation: 'linear', kernel: [2, 0, 0, 3], bias: [0, 1] };
    expect(await answer('regression', [hidden, two], { x: [1, -1], columns: 1, outputColumns: 2 })).toEqual([
      { name: 'predict', datatype: 'FP64', shape: [2, 2], data: [2, 1, 0, 4] },
    ]);
  });

  it.each<[DenseLayer['activation'], number[]]>([
    ['tanh', [Math.tanh(-0.5), Math.tanh(2)]],
    ['sigmoid', [1 / (1 + Math.exp(0.5)), 1 / (1 + Math.exp(-2))]],
  ])('activates with %s', async (activation, expected) => {
    const stack: DenseLayer[] = [{ units: 1, activation, kernel: [1], bias: [0] }];
    const [{ data }] = await answer('regression', stack, { x: [-0.5, 2], columns: 1, outputColumns: 1 });
    expect(data).toEqual(expected.map((value) => expect.closeTo(value, 6) as number));
  });
});
