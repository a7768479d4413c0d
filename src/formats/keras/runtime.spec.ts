import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tensor } from '../../inference/tensor.js';
import { importModel } from '../formats.js';
import { importSource } from '../source.js';
import { kerasRuntime } from './runtime.js';

const fixtures = join(import.meta.dirname, '../../../test/fixtures/keras');
const suffix = '.expected.json';
const cases = readdirSync(fixtures, { recursive: true })
  .map(String)
  .filter((path) => path.endsWith(suffix))
  .map((path) => path.slice(0, -suffix.length));

interface Numbers {
  readonly shape: number[];
  readonly data: number[];
}
interface Expected {
  readonly inputs: { readonly tensors: Readonly<Record<string, Numbers>> };
  readonly answers: Readonly<Record<string, Numbers>>;
}

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'keras-'));
});
afterAll(() => rm(dir, { recursive: true }));

const read = async (path: string) => importModel(await importSource(join(fixtures, path)));

describe('a Keras model', () => {
  it.each(cases)('of %s answers as Keras does, to 1e-5', async (path) => {
    const expected = JSON.parse(readFileSync(join(fixtures, path + suffix), 'utf8')) as Expected;
    const { files, signature, runtime } = await read(path);
    expect(runtime).toBe('keras');
    const folder = await mkdtemp(join(dir, 'model-'));
    for (const [name, bytes] of files) await writeFile(join(folder, name), bytes as Uint8Array);
    const model = await kerasRuntime.load(folder, signature);
    const inputs = signature.inputs.map(({ name, datatype }): Tensor => {
      const { shape, data } = expected.inputs.tensors[name];
      return { name, datatype, shape, data: (datatype === 'INT32' ? Int32Array : Float32Array).from(data) };
    });
    const names = signature.outputs.map(({ name }) => name);
    expect([...names].sort()).toEqual(Object.keys(expected.answers).sort());
    const outputs = await model.infer(inputs, names);
    outputs.forEach(({ shape, data }, i) => {
      const answer = expected.answers[names[i]];
      expect(shape).toEqual(answer.shape);
      answer.data.forEach((value, k) => {
        expect(Math.abs(Number(data[k]) - value) / Math.max(1, Math.abs(value))).toBeLessThan(1e-5);
      });
    });
    await model.dispose?.();
  });

  it('says what it is made of', async () => {
    expect(await read('2.15.0/functional.h5')).toMatchObject({
      description: expect.stringMatching(/^Keras 2\.15\.0 \(InputLayer, Dense, /) as unknown,
      provenance: { format: 'h5', generatedBy: 'Keras 2.15.0' },
      signature: {
        inputs: [
          { name: 'wide', datatype: 'FP32', shape: [-1, 4] },
          { name: 'deep', datatype: 'FP32', shape: [-1, 3] },
        ],
      },
    });
  });

  it('is refused with the names of all layers that are not supported', async () => {
    await expect(read('3.15.1/lambda.h5')).rejects.toThrow(
      'layers that are not supported: "double" (Lambda): it holds Python code, which is never run; ' +
        '"unit" (UnitNormalization): this class of layer is not supported',
    );
  });

  it('without its configuration is refused with a way out', async () => {
    await expect(read('3.15.1/only.weights.h5')).rejects.toThrow(
      'the HDF5 file has weights without the model; save the model with model.save("model.keras")',
    );
  });

  it('is not any HDF5 file', async () => {
    await expect(read('3.15.1/other.h5')).rejects.toThrow(
      'the HDF5 file is not a Keras model: it has no attribute model_config',
    );
  });

  it('that is cut short is refused as damaged', async () => {
    const whole = readFileSync(join(fixtures, '2.15.0/functional.h5'));
    for (const size of [9, 100, 3_000, Math.floor(whole.length / 2), whole.length - 200]) {
      const path = join(dir, `cut-${size}.h5`);
      await writeFile(path, whole.subarray(0, size));
      await expect(importModel(await importSource(path))).rejects.toThrow(
        /damaged HDF5 file|not a Keras model|has/,
      );
    }
  });
});
