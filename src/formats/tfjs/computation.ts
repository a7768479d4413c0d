import type { Tensor, TensorData } from '../../inference/tensor.js';
import { onBackend, type Tensorflow } from './backend.js';
import { ModelFileError } from '../../inference/model.js';
import { exclusively } from './exclusive.js';
import { asFileError } from './library-error.js';
import type { Network } from './network.js';
import { fromTf, toTf } from './values.js';

/** One output's values and the shape they came in. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** How one network is computed. No tensor outlives a run. */
export interface Computation {
  readonly backend: string;
  run(inputs: readonly Tensor[], outputs: readonly string[]): Values[] | Promise<Values[]>;
}

/**
 * Finds out how a network can be computed by computing one row. A network with an operator that the process's
 * backend lacks is computed in plain JavaScript, which has them all.
 * @throws ModelFileError when it cannot be computed at all
 */
export async function findComputation(
  tensorflow: Tensorflow,
  network: Network,
  row: readonly Tensor[],
): Promise<{ computation: Computation; values: Values[] }> {
  const names = network.outputs.map((output) => output.name);
  let { backend } = tensorflow;
  let asynchronous = false;
  for (;;) {
    const computation = computationOn(backend, asynchronous, tensorflow, network);
    try {
      return { computation, values: await computation.run(row, names) };
    } catch (error) {
      const { message } = error as Error;
      if (!asynchronous && network.computeAsync && message.includes('executeAsync')) asynchronous = true;
      // A kernel that the backend lacks, or has for other types, ranks or options only: each says so in its own words.
      else if (backend !== 'cpu' && !(error instanceof ModelFileError)) backend = 'cpu';
      else throw asFileError('TensorFlow.js cannot compute the model', error);
    }
  }
}

function computationOn(
  backend: string,
  asynchronous: boolean,
  tensorflow: Tensorflow,
  network: Network,
): Computation {
  const run = asynchronous ? later : now;
  if (run === now && backend === tensorflow.backend) {
    return { backend, run: (inputs, outputs) => now(tensorflow, network, inputs, outputs) };
  }
  return {
    backend,
    run: (inputs, outputs) =>
      exclusively(() =>
        onBackend(tensorflow, backend, async () => run(tensorflow, network, inputs, outputs)),
      ),
  };
}

function now(
  { tf }: Tensorflow,
  network: Network,
  inputs: readonly Tensor[],
  outputs: readonly string[],
): Values[] {
  const engine = tf.engine();
  engine.startScope('infer');
  try {
    const fed = network.inputs.map(({ dtype }, i) => toTf(tf, inputs[i], dtype));
    return network.compute(fed, outputs).map(read);
  } finally {
    engine.endScope();
  }
}

async function later(
  { tf }: Tensorflow,
  network: Network,
  inputs: readonly Tensor[],
  outputs: readonly string[],
): Promise<Values[]> {
  const fed = network.inputs.map(({ dtype }, i) => toTf(tf, inputs[i], dtype));
  try {
    const results = await network.computeAsync!(fed, outputs);
    const values = results.map(read);
    // An output that is a constant of the graph is one of its weights, which must live on.
    tf.dispose(results.filter((result) => !result.kept));
    return values;
  } finally {
    tf.dispose(fed);
  }
}

function read(tensor: Parameters<typeof fromTf>[0]): Values {
  return { shape: tensor.shape, data: fromTf(tensor) };
}
