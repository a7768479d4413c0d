import { describe, expect, it } from 'vitest';
import { type LoadedModel, ModelInputError } from '../inference/model.js';
import type { Tensor } from '../inference/tensor.js';
import { Batcher } from './batcher.js';

const spec = (name: string) => ({ name, datatype: 'FP64', shape: [-1] }) as const;

/** A model that doubles its input, rejects 13, and stores the rows of each call. */
class Doubling implements LoadedModel {
  readonly signature = { inputs: [spec('x')], outputs: [spec('y'), spec('z')], defaultOutputs: ['y'] };
  readonly memoryBytes = 0;
  readonly rowwise = true;
  readonly calls: number[][] = [];

  infer([{ data }]: readonly Tensor[], outputs: readonly string[]): Tensor[] {
    const values = [...(data as Float64Array)];
    this.calls.push(values);
    const refused = values.indexOf(13);
    if (refused !== -1) throw new ModelInputError('13 is refused', refused, 'x');
    return outputs.map((name) => ({
      ...spec(name),
      shape: [values.length],
      data: Float64Array.from(values, (v) => 2 * v),
    }));
  }

  dispose(): void {}
}

const batcherOf = (model: LoadedModel): Batcher => new Batcher({ name: 'doubling', version: 1, model });
const input = (...values: number[]): Tensor[] => [
  { ...spec('x'), shape: [values.length], data: Float64Array.from(values) },
];
const range = (from: number, rows: number): number[] => Array.from({ length: rows }, (_, i) => from + i);
const values = ([{ data }]: readonly Tensor[]): number[] => [...(data as Float64Array)];

describe('Batcher', () => {
  it('computes concurrent requests in one call of the model, and gives each its own rows', async () => {
    const model = new Doubling();
    const batcher = batcherOf(model);
    const answers = await Promise.all(
      [input(1), input(2, 3), input(4)].map((each) => batcher.infer(each, ['y'])),
    );
    expect(answers.map(values)).toEqual([[2], [4, 6], [8]]);
    expect(model.calls).toEqual([[1, 2, 3, 4]]);
  });

  it('computes requests for different outputs separately', async () => {
    const model = new Doubling();
    const batcher = batcherOf(model);
    const [y, z] = await Promise.all([batcher.infer(input(1), ['y']), batcher.infer(input(2), ['z'])]);
    expect([y[0].name, z[0].name]).toEqual(['y', 'z']);
    expect(model.calls).toEqual([[1], [2]]);
  });

  it('splits a long request, and computes rows of other requests in between', async () => {
    const model = new Doubling();
    const batcher = batcherOf(model);
    const order: string[] = [];
    const long = batcher.infer(input(...range(1000, 2000)), ['y']).then((answer) => {
      order.push('long');
      return answer;
    });
    const short = batcher.infer(input(1), ['y']).then((answer) => {
      order.push('short');
      return answer;
    });
    expect(values(await short)).toEqual([2]);
    expect(values(await long)).toEqual(range(1000, 2000).map((value) => 2 * value));
    expect(order).toEqual(['short', 'long']);
    expect(model.calls[0]).toEqual(range(1000, 256));
    expect(model.calls[1][0]).toBe(1);
    expect(model.calls.flat().sort((a, b) => a - b)).toEqual([1, ...range(1000, 2000)]);
  });

  it('lets the event loop turn between the slices of a request', async () => {
    const model = new Doubling();
    const answer = batcherOf(model).infer(input(...range(1000, 2000)), ['y']);
    const seen: number[] = [];
    while (model.calls.flat().length < 2000) {
      await new Promise(setImmediate);
      seen.push(model.calls.length);
    }
    expect(new Set(seen).size).toBeGreaterThan(2);
    await answer;
  });

  it("fails only the request with the bad row, and returns the row's position in it", async () => {
    const batcher = batcherOf(new Doubling());
    const rows = range(1000, 700);
    rows[600] = 13;
    const [good, bad] = await Promise.allSettled([
      batcher.infer(input(1, 2), ['y']),
      batcher.infer(input(...rows), ['y']),
    ]);
    expect(good.status === 'fulfilled' && values(good.value)).toEqual([2, 4]);
    expect(bad).toMatchObject({
      status: 'rejected',
      reason: { message: '13 is refused', row: 600, feature: 'x' },
    });
    expect(values(await batcher.infer(input(5), ['y']))).toEqual([10]);
  });

  it('computes nothing more for a client that has disconnected', async () => {
    const model = new Doubling();
    const batcher = batcherOf(model);
    const gone = batcher.infer(input(...range(1000, 2000)), ['y'], () => model.calls.length >= 2);
    await expect(gone).rejects.toThrow('the client disconnected');
    expect(model.calls).toHaveLength(2);
    expect(values(await batcher.infer(input(5), ['y']))).toEqual([10]);
  });

  it('rejects requests immediately if too many rows wait, but never a small one because of large ones', async () => {
    const batcher = batcherOf(new Doubling());
    const large = input(...range(1000, 90_000));
    const first = batcher.infer(large, ['y']);
    await expect(batcher.infer(large, ['y'])).rejects.toMatchObject({
      code: 'overloaded',
      headers: { 'Retry-After': '1' },
    });
    const small = Array.from({ length: 100 }, () => batcher.infer(input(...range(1000, 1000)), ['y']));
    await expect(batcher.infer(input(1), ['y'])).rejects.toMatchObject({ code: 'overloaded' });
    expect((await Promise.all(small)).map((answer) => answer[0].shape)).toEqual(Array(100).fill([1000]));
    expect((await first)[0].shape).toEqual([90_000]);
    await expect(batcher.infer(input(1), ['y'])).resolves.toBeDefined();
  });
});
