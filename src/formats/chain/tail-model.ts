import { ModelFileError, ModelInputError, type LoadedModel, type Signature } from '../../inference/model.js';
import { tableFrom } from '../../inference/tabular/input-table.js';
import type { Evaluator } from '../../inference/tabular/evaluator.js';
import { tabularSignature } from '../../inference/tabular/signature.js';
import { refuseMissing, relocate } from '../../inference/tabular/tables.js';
import type { Tensor } from '../../inference/tensor.js';

/** Columns of the table that a model takes: one input [-1, n] of numbers. @throws ModelFileError where it takes something else */
export function columnsOfModel(name: string, { inputs }: Signature): number {
  const [{ shape, datatype }] = inputs;
  const isTable = inputs.length === 1 && shape.length === 2 && shape[0] === -1 && shape[1] > 0;
  if (isTable && (datatype === 'FP32' || datatype === 'FP64')) return shape[1];
  throw new ModelFileError(`${name} takes no table of numbers, so no other file can stand before it`);
}

/** The signature of a model behind transformers: their inputs and its outputs. */
export function tailSignature(
  front: Evaluator,
  features: readonly string[] | undefined,
  tail: Signature,
): Signature {
  const named = features === undefined ? front : { ...front, featureNames: features };
  const before = tabularSignature(named, { title: 'the chain', predict: 'FP64' }, undefined);
  const { outputs, defaultOutputs, classes } = tail;
  return { ...before, outputs, defaultOutputs, ...(classes && { classes }) };
}

/** Transformers before a model of another runtime (TensorFlow.js, ONNX). */
export class TailModel implements LoadedModel {
  readonly backend?: string;
  readonly rowwise?: boolean;

  constructor(
    private readonly front: Evaluator,
    private readonly tail: LoadedModel,
    readonly signature: Signature,
    readonly memoryBytes: number,
  ) {
    this.backend = tail.backend;
    this.rowwise = tail.rowwise;
  }

  infer(inputs: readonly Tensor[], outputs: readonly string[]): Tensor[] | Promise<Tensor[]> {
    return this.tail.infer([this.transformed(inputs)], outputs);
  }

  dispose(): void | Promise<void> {
    return this.tail.dispose();
  }

  private transformed(inputs: readonly Tensor[]): Tensor {
    try {
      const x = tableFrom(inputs);
      refuseMissing(x, this.front);
      const { rows, columns, numbers, text } = this.front.transform!(x);
      if (text !== undefined) throw new ModelInputError('text reaches the model, which takes numbers');
      const { name, datatype } = this.tail.signature.inputs[0];
      return {
        name,
        datatype,
        shape: [rows, columns],
        data: datatype === 'FP32' ? Float32Array.from(numbers) : numbers,
      };
    } catch (error) {
      throw relocate(error, (column) => this.signature.features?.[column]?.name);
    }
  }
}
