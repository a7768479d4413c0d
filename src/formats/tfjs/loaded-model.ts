import { type LoadedModel, type Signature, ModelInputError } from '../../inference/model.js';
import type { Tensor } from '../../inference/tensor.js';
import type { Computation, Values } from './computation.js';
import { applyHead, type Head } from './heads.js';
import { messageOf } from './library-error.js';
import type { Network } from './network.js';

/**
 * Backends that add up a row's products in one order, however many rows there are. Of native TensorFlow that is not
 * known: rows that share a call might get other last digits than alone, and a replay would find a difference.
 */
const STEADY_BACKENDS = ['wasm', 'cpu'];

/** A TensorFlow.js network in memory that answers by its signature. */
export class TfjsModel implements LoadedModel {
  constructor(
    private readonly network: Network,
    private readonly computation: Computation,
    readonly signature: Signature,
    readonly memoryBytes: number,
    private readonly head?: Head,
  ) {}

  get backend(): string {
    return this.computation.backend;
  }

  get rowwise(): boolean {
    return this.network.rowwise === true && STEADY_BACKENDS.includes(this.backend);
  }

  infer(inputs: readonly Tensor[], outputs: readonly string[]): Tensor[] | Promise<Tensor[]> {
    const names = this.head ? [this.network.outputs[0].name] : outputs;
    const render = (values: readonly Values[]) => this.render(values, outputs);
    try {
      const values = this.computation.run(inputs, names);
      return values instanceof Promise ? values.then(render, explain) : render(values);
    } catch (error) {
      return explain(error);
    }
  }

  dispose(): void {
    this.network.dispose();
  }

  private render(values: readonly Values[], outputs: readonly string[]): Tensor[] {
    const specs = outputs.map((name) => this.signature.outputs.find((spec) => spec.name === name)!);
    if (!this.head) return specs.map((spec, i) => ({ ...spec, ...values[i] }));
    const [{ shape, data }] = values;
    return applyHead(this.head, data as Float32Array, shape[0], this.signature, specs);
  }
}

/**
 * What the library throws as plain errors are complaints about the values (an index out of an embedding's range, sizes
 * that do not go together); memory and machine faults have classes of their own and are not the caller's.
 */
function explain(error: unknown): never {
  if ((error as Error).constructor !== Error) throw error;
  throw new ModelInputError(`the model cannot compute these values: ${messageOf(error)}`);
}
