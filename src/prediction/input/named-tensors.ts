import type { Feature, Signature } from '../../inference/model.js';
import type { Tensor, TensorData, TensorSpec } from '../../inference/tensor.js';
import { allocate, writeCell } from './cells.js';
import { Faults } from './faults.js';

/**
 * Fits the tensors of a V2 request to the model's inputs. A tabular model accepts one tensor [rows, features] of any
 * name, or one tensor [rows] or [rows, 1] per feature, by name. Any other model accepts its inputs by name; a single
 * input may have any name. The datatype may differ if no value is lost; FP64 is rounded to FP32.
 * @throws ApiError `invalid_input` naming the tensor, the row and the feature
 */
export function fitTensors(signature: Signature, given: readonly Tensor[]): Tensor[] {
  const faults = new Faults();
  const fitted = signature.features
    ? fitTable(signature, signature.features, given, faults)
    : fitByName(signature, given, faults);
  faults.throwIfAny('invalid_input');
  return fitted;
}

function fitTable(
  signature: Signature,
  features: readonly Feature[],
  given: readonly Tensor[],
  faults: Faults,
): Tensor[] {
  const { inputs } = signature;
  const isTable = inputs.length === 1 && inputs[0].shape.length === 2;
  const whole =
    given.length === 1 && !(features.length === 1 && given[0].shape.length === 1) ? given[0] : undefined;
  if (whole) {
    if (whole.shape.length !== 2 || whole.shape[1] !== features.length) {
      faults.add(
        [whole.name],
        `has the shape [${whole.shape.join(', ')}]; expected [rows, ${features.length}]`,
        'value_error.shape',
      );
      return [];
    }
    if (isTable)
      return [{ ...inputs[0], shape: whole.shape, data: convertTable(whole, inputs[0], features, faults) }];
    return inputs.map((input, j) => fitColumn(input, features[j], columnOf(whole, j), faults));
  }
  const columns = byFeature(signature.unnamed ? inOrder(features, given) : features, given, faults);
  if (!columns) return [];
  if (!isTable) return inputs.map((input, j) => fitColumn(input, features[j], columns[j], faults));
  const rows = columns[0].shape[0];
  const data = allocate(inputs[0].datatype, rows * features.length);
  columns.forEach((column, j) => copyColumn(column, features[j], data, j, features.length, faults));
  return [{ ...inputs[0], shape: [rows, features.length], data }];
}

/** Features with the names of the tensors, if the model's file has no names and there is one tensor per feature. */
function inOrder(features: readonly Feature[], given: readonly Tensor[]): readonly Feature[] {
  const known = new Set(features.map(({ name }) => name));
  if (given.length !== features.length || given.some(({ name }) => known.has(name))) return features;
  return features.map((feature, j) => ({ ...feature, name: given[j].name }));
}

/** One tensor per feature, in the order of the features, all with the same number of rows. */
function byFeature(
  features: readonly Feature[],
  given: readonly Tensor[],
  faults: Faults,
): Tensor[] | undefined {
  const named = new Map(given.map((tensor) => [tensor.name, tensor]));
  const known = new Set(features.map(({ name }) => name));
  for (const tensor of given) {
    const [rows, width = 1] = tensor.shape;
    if (!known.has(tensor.name)) faults.add([tensor.name], 'unknown feature', 'value_error.extra');
    else if (tensor.shape.length > 2 || width !== 1)
      faults.add([tensor.name], 'must have the shape [rows] or [rows, 1]', 'value_error.shape');
    else if (rows !== given[0].shape[0])
      faults.add(
        [tensor.name],
        `has ${rows} rows where ${given[0].name} has ${given[0].shape[0]}`,
        'value_error.shape',
      );
  }
  const columns = features.map(({ name }) => {
    const tensor = named.get(name);
    if (!tensor) faults.add([name], 'feature required', 'value_error.missing');
    return tensor;
  });
  return faults.any ? undefined : (columns as Tensor[]);
}

function fitByName({ inputs, rows: common }: Signature, given: readonly Tensor[], faults: Faults): Tensor[] {
  const known = new Set(inputs.map(({ name }) => name));
  const named = new Map(given.map((tensor) => [tensor.name, tensor]));
  for (const { name } of given)
    if (!(inputs.length === 1 && given.length === 1) && !known.has(name))
      faults.add([name], 'unknown input', 'value_error.extra');
  const fitted = inputs.map((input) => {
    const tensor = named.get(input.name) ?? (inputs.length === 1 ? given[0] : undefined);
    if (!tensor) {
      faults.add([input.name], 'input required', 'value_error.missing');
      return { ...input, shape: [0], data: [] };
    }
    if (!fits(tensor.shape, input.shape)) {
      faults.add(
        [tensor.name],
        `has the shape [${tensor.shape.join(', ')}]; expected [${input.shape.join(', ')}]`,
        'value_error.shape',
      );
      return { ...input, shape: [0], data: [] };
    }
    return { ...input, shape: tensor.shape, data: convert(tensor, input, faults) };
  });
  if (common !== undefined) return fitted;
  const rows = fitted[0].shape[0];
  for (const { name, shape } of fitted)
    if (!faults.any && shape[0] !== rows)
      faults.add([name], `has ${shape[0]} rows where ${fitted[0].name} has ${rows}`, 'value_error.shape');
  return fitted;
}

const fits = (shape: readonly number[], spec: readonly number[]): boolean =>
  shape.length === spec.length && shape.every((size, axis) => spec[axis] === -1 || spec[axis] === size);

/**
 * A tensor of a model without features in the input's datatype. NaN and infinities are values like others there: a mask of
 * attention holds them, and what they mean is for the graph to say.
 */
function convert(tensor: Tensor, input: TensorSpec, faults: Faults): TensorData {
  if (tensor.datatype === input.datatype && !Array.isArray(tensor.data)) return tensor.data;
  return convertTable(tensor, input, undefined, faults);
}

/**
 * A tensor in the input's datatype. If the types are equal and all values are allowed, the bytes are used without a
 * copy.
 */
function convertTable(
  tensor: Tensor,
  input: TensorSpec,
  features: readonly Feature[] | undefined,
  faults: Faults,
): TensorData {
  if (tensor.datatype === input.datatype && isClean(tensor.data, features)) return tensor.data;
  const data = allocate(input.datatype, tensor.data.length);
  const width = features?.length ?? (tensor.data.length / tensor.shape[0] || 1);
  const columns: readonly Pick<Feature, 'datatype' | 'nullable'>[] = features ?? [];
  for (let i = 0; i < tensor.data.length && !faults.full; i++) {
    const column = i % width;
    const fault = convertCell(data, i, valueAt(tensor, i), columns[column] ?? input);
    if (fault)
      faults.add([tensor.name, (i - column) / width, features?.[column].name ?? column], fault, 'type_error');
  }
  return data;
}

/** {@link writeCell} of a value that has a type already: an INT64 that a float does not hold exactly is refused. */
function convertCell(
  data: TensorData,
  index: number,
  value: unknown,
  target: Parameters<typeof writeCell>[3],
): string | undefined {
  const isInexact =
    typeof value === 'bigint' && target.datatype.startsWith('FP') && BigInt(Number(value)) !== value;
  return isInexact ? `${value} cannot be represented exactly` : writeCell(data, index, value, target);
}

/** True without infinite values, missing text, and NaN (unless the feature accepts it). Integers are always clean. */
function isClean(data: TensorData, features: readonly Feature[] | undefined): boolean {
  if (Array.isArray(data))
    return data.every((value, i) => value !== null || features?.[i % features.length].nullable === true);
  if (!(data instanceof Float64Array || data instanceof Float32Array)) return true;
  // If the sum is finite, all values are. If large values overflow, the slow check decides.
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i];
  return Number.isFinite(sum);
}

function fitColumn(input: TensorSpec, feature: Feature, column: Tensor, faults: Faults): Tensor {
  const rows = column.shape[0];
  const data = allocate(input.datatype, rows);
  copyColumn(column, feature, data, 0, 1, faults);
  return { ...input, shape: input.shape.length === 1 ? [rows] : [rows, 1], data };
}

function copyColumn(
  column: Tensor,
  feature: Feature,
  target: TensorData,
  offset: number,
  stride: number,
  faults: Faults,
): void {
  for (let row = 0; row < column.data.length && !faults.full; row++) {
    const fault = convertCell(target, row * stride + offset, valueAt(column, row), feature);
    if (fault) faults.add([column.name, row, feature.name], fault, 'type_error');
  }
}

function columnOf(table: Tensor, column: number): Tensor {
  const [rows, width] = table.shape;
  const data = allocate(table.datatype, rows);
  for (let row = 0; row < rows; row++) (data as unknown[])[row] = table.data[row * width + column];
  return { name: table.name, datatype: table.datatype, shape: [rows], data };
}

const valueAt = ({ datatype, data }: Tensor, index: number): unknown =>
  datatype === 'BOOL' ? data[index] === 1 : data[index];
