import type { OnnxGraph } from './onnx-model.js';

/** Operators with a graph inside, whose runs may be counted by a value. */
const CONTROL_FLOW = ['Loop', 'Scan', 'If', 'SequenceMap'];

/** Operators whose output is as large as a value says: the inputs, by position, that say it. */
const SIZED_BY: Readonly<Record<string, readonly number[]>> = {
  ConstantOfShape: [0],
  Expand: [1],
  OneHot: [1],
  Pad: [1],
  Range: [0, 1, 2],
  Resize: [2, 3],
  Tile: [1],
  Upsample: [1],
};

/**
 * True if a batch may take any time or memory, however small it is: where the graph has control flow, or the size of a
 * result is a value that is computed from the inputs' values. Sizes that come from constants and the inputs' own sizes
 * are bounded by the batch.
 */
export function isUnbounded(
  { nodes, initializers }: OnnxGraph,
  operators: ReadonlyMap<string, number>,
): boolean {
  if (CONTROL_FLOW.some((operator) => operators.has(operator))) return true;
  const known = new Set(['', ...initializers.keys()]);
  // An order in which each value is computed before it is used is part of the format.
  for (const { opType, inputs, outputs } of nodes) {
    const sizes = SIZED_BY[opType] ?? [];
    if (sizes.some((position) => !known.has(inputs[position] ?? ''))) return true;
    const isKnown = opType === 'Shape' || opType === 'Size' || inputs.every((input) => known.has(input));
    if (isKnown) for (const output of outputs) known.add(output);
  }
  return false;
}
