import { shownLabel } from '../../inference/labels.js';
import { intLabelsOf, intOf, intsOf, labelsOfTensor, stringsOf } from './attributes.js';
import type { OnnxGraph, OnnxNode } from './onnx-model.js';

/** Operators after which each column still holds the values that it held before. */
const KEEPS_COLUMNS = new Set(['Identity', 'Cast', 'FeatureVectorizer']);

/** Operators that pick columns by the indices in their second input. */
const PICKS_COLUMNS = new Set(['ArrayFeatureExtractor', 'Gather']);

/** Operators that leave a single column one, and may mix several. */
const RESHAPES = new Set(['Reshape', 'Flatten']);

/** Operators with a graph inside, which may use any value around it without naming it as an input. */
const TAKES_OUTER_VALUES = new Set(['If', 'Loop', 'Scan']);

const DOMAINS = new Set(['', 'ai.onnx.ml']);

/** What the graph does with one column of its input. */
export interface ColumnUse {
  /** A missing value (NaN) is replaced or has a branch of its own on every way it takes. */
  readonly acceptsMissing: boolean;
  /** Categories of the encoder that takes the column. */
  readonly categories?: readonly (string | number)[];
}

/**
 * Follows columns of a graph's inputs to the operators that first compute with them. Where a way is not one of
 * selection and concatenation, the trace ends and knows nothing: missing values then count as refused.
 */
export class ColumnTrace {
  private readonly hasSubgraphs: boolean;
  private readonly consumers = new Map<string, OnnxNode[]>();
  private readonly widths: Map<string, number>;
  private readonly known = new Map<string, ColumnUse>();

  constructor(private readonly graph: OnnxGraph) {
    for (const node of graph.nodes) {
      for (const input of node.inputs)
        this.consumers.set(input, [...(this.consumers.get(input) ?? []), node]);
    }
    this.hasSubgraphs = graph.nodes.some(({ opType }) => TAKES_OUTER_VALUES.has(opType));
    this.widths = new Map(
      graph.inputs.flatMap(({ name, type }) => {
        const width = type.kind === 'tensor' ? (type.shape?.at(1) ?? 1) : -1;
        return width > 0 ? [[name, width] as const] : [];
      }),
    );
    for (const node of graph.nodes) this.noteWidth(node);
  }

  /** @param column index within the tensor's second dimension */
  use(tensor: string, column: number): ColumnUse {
    const key = `${column}:${tensor}`;
    const known = this.known.get(key);
    if (known) return known;
    // A cyclic graph must not be followed endlessly. onnxruntime rejects it later.
    this.known.set(key, { acceptsMissing: false });
    const consumers = this.consumers.get(tensor) ?? [];
    const uses = consumers.flatMap((node) => this.usesBy(node, tensor, column));
    const use = { acceptsMissing: this.acceptsMissing(tensor, consumers, uses), ...firstCategories(uses) };
    this.known.set(key, use);
    return use;
  }

  private acceptsMissing(
    tensor: string,
    consumers: readonly OnnxNode[],
    uses: readonly ColumnUse[],
  ): boolean {
    if (consumers.some(({ opType }) => opType === 'IsNaN')) return true;
    const seenWhole = !this.hasSubgraphs && this.graph.outputs.every(({ name }) => name !== tensor);
    return (seenWhole || uses.length > 0) && uses.every((use) => use.acceptsMissing);
  }

  /** One use a position that the column takes after the node; none where the node drops it. */
  private usesBy(node: OnnxNode, tensor: string, column: number): ColumnUse[] {
    if (!DOMAINS.has(node.domain)) return [{ acceptsMissing: false }];
    if (KEEPS_COLUMNS.has(node.opType)) return [this.use(node.outputs[0], column)];
    if (PICKS_COLUMNS.has(node.opType)) return this.picked(node, column);
    if (RESHAPES.has(node.opType)) {
      return this.widths.get(tensor) === 1 ? [this.use(node.outputs[0], 0)] : [{ acceptsMissing: false }];
    }
    if (node.opType === 'Concat') return this.concatenated(node, tensor, column);
    const categories = this.widths.get(tensor) === 1 ? categoriesOf(node) : undefined;
    return [{ acceptsMissing: toleratesNaN(node), ...(categories && { categories }) }];
  }

  private picked(node: OnnxNode, column: number): ColumnUse[] {
    const indices = this.indices(node);
    if (!indices) return [{ acceptsMissing: false }];
    return indices.flatMap((index, position) =>
      index === column ? [this.use(node.outputs[0], position)] : [],
    );
  }

  private concatenated(node: OnnxNode, tensor: string, column: number): ColumnUse[] {
    const uses: ColumnUse[] = [];
    let offset: number | undefined = 0;
    for (const input of node.inputs) {
      if (input === tensor) {
        uses.push(
          offset === undefined ? { acceptsMissing: false } : this.use(node.outputs[0], offset + column),
        );
      }
      const width = this.widths.get(input);
      offset = offset === undefined || width === undefined ? undefined : offset + width;
    }
    return uses;
  }

  private indices(node: OnnxNode): number[] | undefined {
    const alongColumns = node.opType !== 'Gather' || intOf(node, 'axis') === 1;
    const tensor = this.graph.initializers.get(node.inputs[1]);
    return alongColumns && tensor ? labelsOfTensor(tensor)?.map(Number) : undefined;
  }

  private noteWidth(node: OnnxNode): void {
    const width = this.widthAfter(node);
    if (width !== undefined) this.widths.set(node.outputs[0], width);
  }

  private widthAfter(node: OnnxNode): number | undefined {
    const width = this.widths.get(node.inputs[0]);
    if (KEEPS_COLUMNS.has(node.opType)) return width;
    if (RESHAPES.has(node.opType)) return width === 1 ? 1 : undefined;
    if (PICKS_COLUMNS.has(node.opType)) return this.indices(node)?.length;
    if (node.opType !== 'Concat') return undefined;
    const widths = node.inputs.map((input) => this.widths.get(input));
    return widths.includes(undefined) ? undefined : widths.reduce((sum, width) => sum! + width!, 0);
  }
}

/** `nodes_missing_value_tracks_true`: the branch of a missing value was learned, so the trees were fitted on some. */
function toleratesNaN(node: OnnxNode): boolean {
  if (node.opType.startsWith('TreeEnsemble'))
    return intsOf(node, 'nodes_missing_value_tracks_true').includes(1);
  return node.opType === 'Imputer';
}

function firstCategories(uses: readonly ColumnUse[]): Pick<ColumnUse, 'categories'> {
  const categories = uses.find((use) => use.categories)?.categories;
  return categories ? { categories } : {};
}

function categoriesOf(node: OnnxNode): (string | number)[] | undefined {
  const strings = [...stringsOf(node, 'cats_strings'), ...stringsOf(node, 'keys_strings')];
  if (strings.length > 0) return strings;
  const numbers = intLabelsOf(node, 'cats_int64s').map((label) => shownLabel(label) as string | number);
  return numbers.length > 0 ? numbers : undefined;
}
