import type * as Ort from 'onnxruntime-node';
import { ModelInputError } from '../../inference/model.js';
import type { Tensor } from '../../inference/tensor.js';
import { reasonOf, RUN_OPTIONS } from './onnxruntime.js';
import { fromOrt, toOrt } from './tensors.js';

/** Runs a session on Modelgate's tensors. @throws what onnxruntime throws */
export async function run(
  ort: typeof Ort,
  session: Ort.InferenceSession,
  inputs: readonly Tensor[],
  outputs: readonly string[],
): Promise<Tensor[]> {
  const feeds = Object.fromEntries(inputs.map((input) => [input.name, toOrt(ort, input)]));
  const results = await session.run(feeds, outputs, RUN_OPTIONS);
  return outputs.map((name) => fromOrt(name, results[name]));
}

/**
 * The failure of a run as the caller's error, unless memory ran out: the graph is the same for every request, so what
 * fails an operator is the values. The row at fault is sought by halving where rows are independent.
 */
export async function inputError(
  error: unknown,
  inputs: readonly Tensor[],
  attempt: (rows: readonly Tensor[]) => Promise<unknown>,
): Promise<unknown> {
  if (error instanceof ModelInputError) return error;
  const reason = reasonOf(error);
  if (/allocat|bad_alloc|out of memory/i.test(reason)) return error;
  const row = await failingRow(inputs, attempt);
  return new ModelInputError(reason, row);
}

/** The first row that fails by itself; undefined if no row does, or if the inputs have no rows. */
async function failingRow(
  inputs: readonly Tensor[],
  attempt: (rows: readonly Tensor[]) => Promise<unknown>,
): Promise<number | undefined> {
  const rows = inputs[0]?.shape[0];
  if (rows === undefined || inputs.some(({ shape }) => shape[0] !== rows)) return undefined;
  const fails = (from: number, to: number) =>
    attempt(inputs.map((input) => slice(input, from, to))).then(
      () => false,
      () => true,
    );
  let [from, to] = [0, rows];
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    if (await fails(from, middle)) to = middle;
    else from = middle;
  }
  return (await fails(from, to)) ? from : undefined;
}

function slice(tensor: Tensor, from: number, to: number): Tensor {
  const stride = tensor.data.length / tensor.shape[0];
  return {
    ...tensor,
    shape: [to - from, ...tensor.shape.slice(1)],
    data: tensor.data.slice(from * stride, to * stride),
  };
}
