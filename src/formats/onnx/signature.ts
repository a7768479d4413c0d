import { shownLabel } from '../../inference/labels.js';
import { type Label, type Signature, ModelFileError } from '../../inference/model.js';
import type { TensorSpec } from '../../inference/tensor.js';
import { datatypeOfElement } from './datatypes.js';
import { tracedFeatures } from './features.js';
import type { OnnxModel, TensorType, ValueInfo } from './onnx-model.js';

/** An output that no tensor can hold, and so cannot be asked for. */
export interface DroppedOutput {
  readonly name: string;
  readonly kind: string;
}

/**
 * Inputs and outputs with the names, datatypes and shapes of the graph. All tensor outputs are default outputs. Inputs
 * of unknown rank count as tables.
 * @param model a model without ZipMaps
 * @param featureNames names of the columns, or of inputs with one column each
 * @throws ModelFileError naming an input that is not a tensor, outputs without a tensor, or names that do not fit
 */
export function signatureOf(
  { graph }: OnnxModel,
  featureNames: readonly string[] | undefined,
  classes: readonly Label[] | undefined,
): { signature: Signature; dropped: DroppedOutput[] } {
  const inputs = graph.inputs.map((input) => {
    if (input.type.kind !== 'tensor')
      throw new ModelFileError(`input ${input.name} is a ${input.type.kind}, not a tensor`);
    return specOf(input, 'input', [-1, featureNames?.length ?? -1]);
  });
  const outputs: TensorSpec[] = [];
  const dropped: DroppedOutput[] = [];
  for (const output of graph.outputs) {
    if (output.type.kind === 'tensor') outputs.push(specOf(output, 'output', [-1]));
    else dropped.push({ name: output.name, kind: output.type.kind });
  }
  if (outputs.length === 0) {
    const kinds = dropped.map(({ name, kind }) => `${name} is a ${kind}`).join(', ');
    throw new ModelFileError(`no output is a tensor${kinds && `: ${kinds}`}`);
  }
  if (inputs.length === 0) throw new ModelFileError('the model takes no input');
  rejectUnusableNames('input', inputs);
  rejectUnusableNames('output', outputs);
  const columns = inputs.length === 1 ? withNamedColumns(inputs[0], featureNames) : undefined;
  const rows = rowsOf(graph.inputs);
  const signature: Signature = {
    inputs: columns ? [columns] : inputs,
    ...tracedFeatures(columns ? [columns] : inputs, featureNames, graph),
    outputs,
    defaultOutputs: outputs.map(({ name }) => name),
    ...(classes && { classes: classes.map(shownLabel) }),
    ...(rows && { rows }),
  };
  return { signature, dropped };
}

/**
 * What the first dimension of the inputs is: one size that all share (undefined), sizes of which the file does not say
 * that they are one (`free`), or sizes that cannot be.
 */
function rowsOf(inputs: readonly ValueInfo[]): Signature['rows'] {
  if (inputs.some(({ type }) => type.kind === 'tensor' && type.shape?.length === 0)) return 'none';
  const sizes = inputs.map(({ type }) => {
    const { shape, symbols } = type as TensorType;
    return { size: shape?.[0] ?? -1, symbol: symbols?.[0] };
  });
  const fixed = new Set(sizes.filter(({ size }) => size !== -1).map(({ size }) => size));
  if (fixed.size > 1) return 'none';
  if (fixed.size === 1) return sizes.every(({ size }) => size !== -1) ? undefined : 'free';
  return new Set(sizes.map(({ symbol }) => symbol)).size > 1 ? 'free' : undefined;
}

function specOf({ name, type }: ValueInfo, what: string, unknownRank: readonly number[]): TensorSpec {
  if (type.kind !== 'tensor') throw new ModelFileError(`${what} ${name} is not a tensor`);
  return {
    name,
    datatype: datatypeOfElement(type.elemType, `${what} ${name}`),
    shape: type.shape ?? unknownRank,
  };
}

/** A table whose width the file leaves open takes it from the names given. */
function withNamedColumns(input: TensorSpec, names: readonly string[] | undefined): TensorSpec {
  const open = input.shape.length === 2 && input.shape[1] === -1;
  return open && names ? { ...input, shape: [input.shape[0], names.length] } : input;
}

function rejectUnusableNames(what: string, specs: readonly TensorSpec[]): void {
  const seen = new Set<string>();
  for (const { name } of specs) {
    if (name === '' || name === '__proto__')
      throw new ModelFileError(`an ${what} is named ${JSON.stringify(name)}`);
    if (seen.has(name)) throw new ModelFileError(`two ${what}s are named ${name}`);
    seen.add(name);
  }
}
