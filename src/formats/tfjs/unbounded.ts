import { z } from 'zod';
import type { ModelJson } from './model-json.js';

/** Operators of loops and branches. */
const CONTROL_FLOW = new Set(
  'Enter Exit If LoopCond Merge NextIteration StatelessIf StatelessWhile Switch While'.split(' '),
);

/** Operators whose output is as large as a value says: the inputs, by position, that say it. */
const SIZED_BY: ReadonlyMap<string, readonly number[]> = new Map([
  ['BroadcastTo', [1]],
  ['Fill', [0]],
  ['LinSpace', [2]],
  ['OneHot', [1]],
  ['Pad', [1]],
  ['PadV2', [1]],
  ['Range', [0, 1, 2]],
  ['ResizeBilinear', [1]],
  ['ResizeNearestNeighbor', [1]],
  ['Tile', [1]],
]);

const graph = z.object({
  node: z.array(z.object({ name: z.string(), op: z.string(), input: z.array(z.string()).optional() })),
});

/**
 * True if a batch may take any time or memory, however small it is: where the graph has control flow, or the size of a
 * result is another value than a constant.
 */
export function isUnbounded({ format, modelTopology }: ModelJson): boolean {
  if (format !== 'graph-model') return false;
  const parsed = graph.safeParse(modelTopology);
  if (!parsed.success) return true;
  const nodes = parsed.data.node;
  const constants = new Set(nodes.filter(({ op }) => op === 'Const').map(({ name }) => name));
  return nodes.some(
    ({ op, input = [] }) =>
      CONTROL_FLOW.has(op) ||
      (SIZED_BY.get(op) ?? []).some((position) => !constants.has(nodeOf(input[position]))),
  );
}

/** `name:0` and `name` are the first output of a node. */
const nodeOf = (input = ''): string => input.replace(/:\d+$/, '');
