import type { Feature, Signature } from '../../inference/model.js';
import type { Tensor, TensorData, TensorSpec } from '../../inference/tensor.js';
import { writeCell } from './cells.js';
import { Faults } from './faults.js';
import { GrowingCells } from './growing-cells.js';

type Loc = readonly (string | number)[];
type FaultCode = 'invalid_input' | 'validation_failed';

/**
 * Converts JSON rows to the model's input tensors. A row of a tabular model is a list in the order of the features, an
 * object by feature name, or the value itself if there is one feature. A row of another model is a nested list of the input's shape, or an object of nested lists
 * by input name.
 * @param at the path of row i in the body
 * @throws ApiError with `code`, naming the row and feature at fault
 */
export function tensorsFromRows(
  signature: Signature,
  rows: readonly unknown[],
  at: (row: number) => Loc,
  code: FaultCode,
): Tensor[] {
  const faults = new Faults();
  checkRows(signature, rows.length, at, faults);
  faults.throwIfAny(code);
  const tensors = signature.features
    ? tabular(signature, signature.features, rows, at, faults)
    : shaped(signature.inputs, rows, at, faults);
  faults.throwIfAny(code);
  return tensors;
}

/** Whether the model can be asked for that many rows at all. */
function checkRows(
  { inputs, rows }: Signature,
  count: number,
  at: (row: number) => Loc,
  faults: Faults,
): void {
  if (rows === 'none')
    faults.add(
      at(0),
      'the inputs of the model have no rows in common; send tensors (V2 or gRPC)',
      'value_error.shape',
    );
  const fixed = inputs.find(({ shape }) => shape[0] !== -1 && shape[0] !== count);
  if (rows !== 'none' && fixed)
    faults.add(
      at(0),
      `the model takes ${fixed.shape[0]} rows at a time, not ${count} (input ${fixed.name} has the shape [${fixed.shape.join(', ')}])`,
      'value_error.shape',
    );
}

function tabular(
  signature: Signature,
  features: readonly Feature[],
  rows: readonly unknown[],
  at: (row: number) => Loc,
  faults: Faults,
): Tensor[] {
  const { inputs } = signature;
  const table = inputs.length === 1 && inputs[0].shape.length === 2;
  const width = table ? features.length : 1;
  const cells = new GrowingCells(
    inputs,
    rows.length,
    inputs.map(() => width),
  );
  for (let row = 0; row < rows.length && !faults.full; row++) {
    const values = valuesOf(rows[row], signature, at(row), faults);
    if (!values) continue;
    const columns = cells.upTo(faults.any ? 0 : row);
    for (let j = 0; j < features.length; j++) {
      const fault = table
        ? writeCell(columns[0], place(columns[0], row * width + j), values[j], features[j])
        : writeCell(columns[j], place(columns[j], row), values[j], features[j]);
      if (!fault) continue;
      if (Array.isArray(rows[row]))
        faults.add([...at(row), j], `${features[j].name}: ${fault}`, 'type_error');
      else faults.add([...at(row), features[j].name], fault, 'type_error');
    }
  }
  if (faults.any) return [];
  const data = cells.whole();
  return inputs.map((input, i) => ({
    ...input,
    shape: sizes(input.shape, rows.length, width),
    data: data[i],
  }));
}

/** Where a value is written; anywhere once there is a fault, for nothing is computed then. */
const place = ({ length }: TensorData, index: number): number => Math.min(index, length - 1);

/** The values of one row in the order of the features. */
function valuesOf(row: unknown, signature: Signature, loc: Loc, faults: Faults): unknown[] | undefined {
  const { features = [], unnamed } = signature;
  if (Array.isArray(row)) {
    if (row.length < features.length) {
      faults.add(
        [...loc, row.length],
        `field required: the model takes ${features.length} values, of which this is ${features[row.length].name}`,
        'value_error.missing',
      );
    } else if (row.length > features.length) {
      faults.add(
        [...loc, features.length],
        `unexpected value: the model takes ${features.length}`,
        'value_error.extra',
      );
    } else return row;
    return undefined;
  }
  if (features.length === 1 && row !== undefined && typeof row !== 'object') return [row];
  if (row === null || typeof row !== 'object') {
    faults.add(
      loc,
      `must be a list of ${features.length} values, or an object by feature name`,
      'type_error.list',
    );
    return undefined;
  }
  const given = new Map<string, unknown>(Object.entries(row));
  if (unnamed && !features.some(({ name }) => given.has(name)))
    return valuesOf([...given.values()], signature, loc, faults);
  const missing = features.filter(({ name, ignored }) => !given.has(name) && !ignored);
  for (const { name } of missing) faults.add([...loc, name], 'field required', 'value_error.missing');
  const values = features.map(({ name }) => {
    const value: unknown = given.get(name) ?? null;
    given.delete(name);
    return value;
  });
  for (const name of given.keys())
    faults.add([...loc, name.slice(0, 100)], 'unknown feature', 'value_error.extra');
  return given.size === 0 && missing.length === 0 ? values : undefined;
}

function shaped(
  inputs: readonly TensorSpec[],
  rows: readonly unknown[],
  at: (row: number) => Loc,
  faults: Faults,
): Tensor[] {
  const perRow = inputs.map((input) => elementsPerRow(input, rows, inputs.length, faults));
  const cells = new GrowingCells(inputs, rows.length, perRow);
  for (let row = 0; row < rows.length && !faults.full; row++) {
    // After a fault, values are only looked at: those to come may stand for far more than the body holds.
    const data = cells.upTo(faults.any ? 0 : row);
    inputs.forEach((input, i) => {
      const value =
        inputs.length === 1 && !isNamed(rows[row], input.name)
          ? rows[row]
          : (rows[row] as Record<string, unknown> | null)?.[input.name];
      const loc = inputs.length === 1 ? at(row) : [...at(row), input.name];
      const per = perRow[i];
      const end = writeNested(
        { data: data[i], size: rows.length * per },
        row * per,
        value,
        input,
        1,
        loc,
        faults,
      );
      if (end !== (row + 1) * per)
        faults.add(loc, `must have the shape [${input.shape.slice(1).join(', ')}]`, 'value_error.shape');
    });
  }
  if (faults.any) return [];
  const data = cells.whole();
  return inputs.map((input, i) => ({
    ...input,
    shape: sizes(input.shape, rows.length, perRow[i]),
    data: data[i],
  }));
}

const isNamed = (row: unknown, name: string): boolean =>
  row !== null && typeof row === 'object' && !Array.isArray(row) && Object.hasOwn(row, name);

/** Elements of a row: set by the signature, or counted in the first row if the signature has an open size. */
function elementsPerRow(input: TensorSpec, rows: readonly unknown[], inputs: number, faults: Faults): number {
  const fixed = input.shape.slice(1);
  if (!fixed.includes(-1)) return fixed.reduce((a, b) => a * b, 1);
  if (fixed.filter((size) => size === -1).length > 1)
    faults.add([input.name], 'more than one size is variable; send a V2 tensor', 'value_error.shape');
  const first =
    inputs === 1 && !isNamed(rows[0], input.name)
      ? rows[0]
      : (rows[0] as Record<string, unknown> | null)?.[input.name];
  return Array.isArray(first) ? (first.flat(Infinity) as unknown[]).length : 1;
}

/** Values of a tensor as far as there is room for them yet, and how many there are to be. */
interface Target {
  readonly data: TensorData;
  readonly size: number;
}

function writeNested(
  target: Target,
  index: number,
  value: unknown,
  input: TensorSpec,
  axis: number,
  loc: Loc,
  faults: Faults,
): number {
  if (axis === input.shape.length) {
    const { data, size } = target;
    const fault = index < size ? writeCell(data, place(data, index), value, input) : 'too many values';
    if (fault) faults.add(loc, fault, 'type_error');
    return index + 1;
  }
  if (!Array.isArray(value)) {
    faults.add(loc, 'must be a list', 'type_error.list');
    return index;
  }
  const size = input.shape[axis];
  if (size !== -1 && value.length !== size)
    faults.add(loc, `must have ${size} items, not ${value.length}`, 'value_error.shape');
  for (let i = 0; i < value.length && !faults.full; i++)
    index = writeNested(target, index, value[i], input, axis + 1, [...loc, i], faults);
  return index;
}

/** A shape with its open sizes filled in: the first with the number of rows, another by the elements of a row. */
function sizes(shape: readonly number[], rows: number, perRow: number): number[] {
  const known = shape.slice(1).reduce((product, size) => (size === -1 ? product : product * size), 1);
  return shape.map((size, axis) => (axis === 0 ? rows : size === -1 ? perRow / known : size));
}
