import { type LoadedModel, ModelFileError, type Signature } from '../model.js';
import type { Tensor } from '../tensor.js';
import type { Evaluator } from './evaluator.js';
import { refuseMissing, relocate } from './tables.js';
import { answer, outputsOf } from './answers.js';
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
    checkFit(evaluator, signature);
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

/** A package may come from another installation: its signature must be one of this evaluator. @throws ModelFileError */
function checkFit(evaluator: Evaluator, { inputs, outputs }: Signature): void {
  const columns = inputs.length === 1 ? (inputs[0].shape[1] ?? 1) : inputs.length;
  if (evaluator.nFeatures >= 0 && columns !== evaluator.nFeatures)
    throw new ModelFileError(`the signature has ${columns} columns; the model takes ${evaluator.nFeatures}`);
  const offered: readonly string[] = outputsOf(evaluator);
  const strange = outputs.find(({ name }) => !offered.includes(name));
  if (strange !== undefined)
    throw new ModelFileError(`the signature has an output ${strange.name}, which the model does not give`);
}
