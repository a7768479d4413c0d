import type { LoadedModel, Signature } from '../model.js';
import type { Tensor } from '../tensor.js';
import type { Evaluator } from './evaluator.js';
import { refuseMissing, relocate } from './tables.js';
import { answer } from './answers.js';
import { tableFrom } from './input-table.js';

/** A tabular model in memory: a signature and an evaluator. All tabular formats are loaded into one. */
export class TabularModel implements LoadedModel {
  readonly backend = 'float64';
  readonly rowwise = true;
  private evaluator: Evaluator | undefined;

  constructor(
    evaluator: Evaluator,
    readonly signature: Signature,
    readonly memoryBytes: number,
  ) {
    this.evaluator = evaluator;
  }

  infer(inputs: readonly Tensor[], outputs: readonly string[]): Tensor[] {
    const evaluator = this.evaluator!;
    const { features, outputs: specs } = this.signature;
    try {
      const x = tableFrom(inputs);
      refuseMissing(x, evaluator);
      return outputs.map((name) =>
        answer(
          evaluator,
          specs.find((spec) => spec.name === name)!,
          x,
        ),
      );
    } catch (error) {
      throw relocate(error, (column) => features?.[column]?.name);
    }
  }

  dispose(): void {
    this.evaluator = undefined;
  }
}
