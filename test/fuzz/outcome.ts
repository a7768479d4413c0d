import { ModelInputError, ModelFileError } from '../../src/inference/model.js';
import type { Tensor } from '../../src/inference/tensor.js';
import { libraries } from '../../src/formats/pickled-libraries.js';
import { estimatorOf } from '../../src/formats/sklearn/model/estimator-file.js';
import { TabularModel } from '../../src/inference/tabular/tabular-model.js';
import { readPickle } from '../../src/formats/pickle/index.js';
import { inspectPickle } from '../../src/formats/pickle/inspect.js';
import { partOf } from '../../src/formats/sklearn/part.js';
import { tabularSignature } from '../../src/inference/tabular/signature.js';

/** How far a file was read, and the message that stopped it. */
export interface Outcome {
  readonly stage: 'refused' | 'read' | 'input refused' | 'answered';
  readonly message?: string;
}

/**
 * Reads, inspects and evaluates a file.
 * @throws any error other than ModelFileError and ModelInputError, and if a result is not finite
 */
export async function outcomeOf(bytes: Uint8Array): Promise<Outcome> {
  const { refusal } = await inspectPickle(bytes, libraries);
  let stage: Outcome['stage'] = 'refused';
  try {
    const value = await readPickle(bytes, libraries);
    if (refusal !== undefined) throw new Error(`inspected as refused (${refusal}), but read`);
    stage = 'read';
    const root = estimatorOf(value);
    const { evaluator, ...part } = partOf(root);
    const signature = tabularSignature(evaluator, part, undefined);
    stage = 'input refused';
    const model = new TabularModel(evaluator, signature, 0);
    const answers = model.infer(
      signature.inputs.map(exampleTensor),
      signature.outputs.map(({ name }) => name),
    );
    for (const { name, data } of answers) checkFinite(name, data);
    return { stage: 'answered' };
  } catch (error) {
    if (!(error instanceof ModelFileError || error instanceof ModelInputError)) throw error;
    if (/\n/.test(error.message)) throw new Error(`a message of more than one line: ${error.message}`);
    return { stage, message: error.message };
  }
}

const ROWS = 3;

function exampleTensor({
  name,
  datatype,
  shape,
}: Tensor | { name: string; datatype: Tensor['datatype']; shape: readonly number[] }): Tensor {
  const columns = shape[1] === -1 ? 2 : (shape[1] ?? 1);
  const size = ROWS * columns;
  const data =
    datatype === 'BYTES'
      ? new Array<string>(size).fill('A11')
      : Float64Array.from({ length: size }, (_, i) => (i % 7) - 2.5);
  return { name, datatype, shape: [ROWS, columns], data };
}

function checkFinite(name: string, data: Tensor['data']): void {
  if (name === 'transform' || !(data instanceof Float64Array)) return;
  if (!data.every(Number.isFinite))
    throw new Error(`${name} gave ${data.find((value) => !Number.isFinite(value))}`);
}
