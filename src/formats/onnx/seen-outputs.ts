import type { Signature } from '../../inference/model.js';
import type { OnnxModel } from './onnx-model.js';
import type { Trial, TrialRun } from './trial.js';

/** A signature with what the trial showed of the outputs: shapes that the file does not tell, and which have no rows. */
export function withSeen(signature: Signature, { graph }: OnnxModel, { runs }: Trial): Signature {
  const unknown = new Set(
    graph.outputs.filter(({ type }) => type.kind === 'tensor' && !type.shape).map(({ name }) => name),
  );
  const outputs = signature.outputs.map((output) =>
    unknown.has(output.name) && runs.length > 0
      ? { ...output, shape: commonShape(runs.map(({ shapes }) => shapes[output.name])) }
      : output,
  );
  if (signature.rows === 'none') return { ...signature, outputs };
  const wholeOutputs = outputs.filter((output) => hasNoRows(output, runs)).map(({ name }) => name);
  return { ...signature, outputs, ...(wholeOutputs.length > 0 && { wholeOutputs }) };
}

/** Sizes that every run showed; the first one, and those that differed, are open. */
function commonShape(shapes: readonly (readonly number[])[]): number[] {
  const [first] = shapes;
  return first.map((size, axis) => (axis > 0 && shapes.every((shape) => shape[axis] === size) ? size : -1));
}

function hasNoRows({ name, shape }: Signature['outputs'][number], runs: readonly TrialRun[]): boolean {
  return shape.length === 0 || runs.some(({ rows, shapes }) => shapes[name][0] !== rows);
}

export function warningsOf({ rows, wholeOutputs = [] }: Signature, { runs, warning }: Trial): string[] {
  const seen = (name: string) =>
    runs
      .map(({ rows: count, shapes }) => `${count} → [${shapes[name].join(', ')}]`)
      .slice(0, 3)
      .join(', ');
  return [
    ...(warning === undefined ? [] : [warning]),
    ...(rows === 'none'
      ? ['the inputs have no rows in common: only tensors (V2, gRPC) are answered, no rows and no batch jobs']
      : []),
    ...wholeOutputs.map(
      (name) =>
        `the first dimension of output ${name} is not the rows${runs.length > 0 ? ` (rows → shape: ${seen(name)})` : ''}: only V2 and gRPC answer it`,
    ),
  ];
}
