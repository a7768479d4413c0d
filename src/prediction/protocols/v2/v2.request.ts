import { ApiError } from '../../../common/errors.js';
import type { Signature } from '../../../inference/model.js';
import { type Datatype, DATATYPES, type Tensor, type TensorData } from '../../../inference/tensor.js';
import type { InferenceRequest } from '../../data-plane.js';
import { allocate, writeCell } from '../../input/cells.js';
import { Faults } from '../../input/faults.js';
import { fitTensors } from '../../input/named-tensors.js';
import { checkClassification } from './classification.js';
import { tensorFromBytes, widenBrains } from './tensor-bytes.js';

type Json = Record<string, unknown>;

export interface RequestedOutput {
  readonly name: string;
  readonly binary: boolean;
  /** How many classes of each row to answer, in place of the values. */
  readonly classification?: number;
}

/** A V2 inference request before it is validated against a model. */
export interface V2Request {
  readonly id?: string;
  readonly inputs: readonly Tensor[];
  /** Requested outputs; the model's defaults if empty. */
  readonly outputs: readonly RequestedOutput[];
  /** Whether outputs are binary unless specified. */
  readonly binaryByDefault: boolean;
}

/** Dimensions of one tensor, as many as numpy allows. */
const MAX_DIMENSIONS = 64;

/** Outputs of one request: more than any model has. */
const MAX_OUTPUTS = 1_000;
/** A datatype of the protocol that no model here has: its values are read as FP32. */
export const BRAIN_FLOAT = 'BF16';

/** Maximum elements of a tensor; one body cannot contain more. */
const MAX_ELEMENTS = 2 ** 31;

/**
 * Reads an inference request (https://github.com/kserve/open-inference-protocol, "Inference Request JSON Object"), with
 * the tensors of the binary extension that follow the JSON.
 * @param header the parsed JSON
 * @param tail the bytes after it
 * @throws ApiError `invalid_input` naming what does not fit
 */
export function readRequest(header: unknown, tail: Uint8Array): V2Request {
  const body = object(header, 'the body');
  const inputs = list(body.inputs, 'inputs');
  if (inputs.length === 0) throw invalid('inputs', 'must have one tensor or more');
  const parameters =
    body.parameters === undefined || body.parameters === null ? {} : object(body.parameters, 'parameters');
  const bytes = new Tail(tail);
  const tensors = inputs.map((input, i) => readInput(object(input, `inputs[${i}]`), `inputs[${i}]`, bytes));
  bytes.end();
  demandDistinct('inputs', 'tensors', tensors);
  const binaryByDefault = parameters.binary_data_output === true;
  const outputs = body.outputs === undefined || body.outputs === null ? [] : list(body.outputs, 'outputs');
  if (outputs.length > MAX_OUTPUTS)
    throw invalid('outputs', `must have at most ${MAX_OUTPUTS} entries, not ${outputs.length}`);
  return {
    id: body.id === undefined || body.id === null ? undefined : text(body.id, 'id'),
    inputs: tensors,
    outputs: outputs.map((output, i) =>
      readOutput(object(output, `outputs[${i}]`), `outputs[${i}]`, binaryByDefault),
    ),
    binaryByDefault,
  };
}

type OutputRequest = Pick<RequestedOutput, 'name' | 'classification'>;

/** Validates a request against a model. @throws ApiError `invalid_input` */
export const decodeRequest =
  (request: Pick<V2Request, 'inputs'> & { readonly outputs: readonly OutputRequest[] }) =>
  (signature: Signature): InferenceRequest => {
    demandDistinct('outputs', 'outputs', request.outputs);
    const outputs = new Map(signature.outputs.map((output) => [output.name, output]));
    const names = request.outputs.map(({ name, classification }) => {
      const output = outputs.get(name) ?? outputs.get(numbered(name, signature) ?? '');
      if (!output)
        throw invalid(
          'outputs',
          `unknown output ${name}; outputs of the model: ${[...outputs.keys()].join(', ')}`,
        );
      if (classification !== undefined) checkClassification(output, classification);
      return output.name;
    });
    demandDistinct(
      'outputs',
      'outputs',
      names.map((name) => ({ name })),
    );
    return { inputs: fitTensors(signature, request.inputs), outputs: names.length > 0 ? names : undefined };
  };

/** KServe's scikit-learn and XGBoost servers name their outputs `output-0`, `output-1`, in order. */
function numbered(name: string, { defaultOutputs }: Signature): string | undefined {
  const index = /^output-(\d{1,4})$/.exec(name)?.[1];
  return index === undefined ? undefined : defaultOutputs[Number(index)];
}

/** Elements of a shape. @throws ApiError `invalid_input` */
export function elementCount(name: string, shape: readonly number[]): number {
  if (shape.length > MAX_DIMENSIONS)
    throw invalid(name, `shape has ${shape.length} dimensions; at most ${MAX_DIMENSIONS} are supported`);
  const count = shape.reduce((product, size) => product * size, 1);
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0) || count > MAX_ELEMENTS)
    throw invalid(name, 'shape must be a list of whole numbers from 0 on');
  return count;
}

export function datatypeOf(name: string, value: unknown): Datatype {
  if (!DATATYPES.includes(value as Datatype))
    throw invalid(name, `datatype must be one of ${DATATYPES.join(', ')}`);
  return value as Datatype;
}

function readInput(input: Json, where: string, bytes: Tail): Tensor {
  const name = text(input.name, `${where}.name`);
  const isBrain = input.datatype === BRAIN_FLOAT;
  const datatype = isBrain ? 'FP32' : datatypeOf(name, input.datatype);
  const shape = list(input.shape, `${name}: shape`) as number[];
  const count = elementCount(name, shape);
  const { binary_data_size: size, ...parameters } =
    input.parameters === undefined || input.parameters === null
      ? ({} as Json)
      : object(input.parameters, `${name}: parameters`);
  refuseSharedMemory(name, parameters);
  if (size !== undefined) {
    if (!Number.isSafeInteger(size) || (size as number) < 0)
      throw invalid(name, 'binary_data_size must be a whole number');
    const taken = bytes.take(name, size as number);
    const data = isBrain ? widenBrains(name, count, taken) : tensorFromBytes(name, datatype, count, taken);
    return { name, datatype, shape, data };
  }
  return { name, datatype, shape, data: readData(name, datatype, count, input.data) };
}

/** `data` of the JSON form: flat, or nested as the shape is. */
function readData(name: string, datatype: Datatype, count: number, data: unknown): TensorData {
  const flat = Array.isArray(data) && Array.isArray(data[0]) ? (data as unknown[]).flat(32) : data;
  if (!Array.isArray(flat) && !(flat instanceof Float64Array)) throw invalid(name, 'data must be a list');
  if (flat.length !== count) throw invalid(name, `data has ${flat.length} values, its shape needs ${count}`);
  // Whether they are finite is checked later, together with binary tensors.
  if (flat instanceof Float64Array && datatype === 'FP64') return flat;
  const values = allocate(datatype, count);
  // The usual case, a list of finite numbers, is copied without checking the datatype for each value.
  const start = values instanceof Float64Array ? copyNumbers(flat, values) : 0;
  if (start < count) writeCells(name, datatype, flat, values, start);
  return values;
}

/** Writes the values from `start` on. @throws ApiError `invalid_input` naming the values at fault */
function writeCells(
  name: string,
  datatype: Datatype,
  flat: ArrayLike<unknown>,
  values: TensorData,
  start: number,
): void {
  const target = { datatype, nullable: true };
  const faults = new Faults();
  for (let i = start; i < flat.length && !faults.full; i++) {
    const fault = writeCell(values, i, flat[i], target);
    if (fault) faults.add([name, 'data', i], fault);
  }
  faults.throwIfAny('invalid_input');
}

/** Copies the leading finite numbers. @returns how many there were */
function copyNumbers(from: ArrayLike<unknown>, to: Float64Array): number {
  for (let i = 0; i < to.length; i++) {
    const value = from[i];
    if (typeof value !== 'number' || !Number.isFinite(value)) return i;
    to[i] = value;
  }
  return to.length;
}

function readOutput(output: Json, where: string, binaryByDefault: boolean): RequestedOutput {
  const name = text(output.name, `${where}.name`);
  const parameters =
    output.parameters === undefined || output.parameters === null
      ? {}
      : object(output.parameters, `${name}: parameters`);
  refuseSharedMemory(name, parameters);
  const { binary_data: binary = binaryByDefault, classification } = parameters;
  if (typeof binary !== 'boolean') throw invalid(name, 'binary_data must be true or false');
  return { name, binary, ...(classification !== undefined && { classification: classification as number }) };
}

function refuseSharedMemory(name: string, parameters: Json): void {
  const found = Object.keys(parameters).find((parameter) => parameter.startsWith('shared_memory'));
  if (found)
    throw invalid(name, `the parameter ${found} is not supported: there is no shared memory with clients`);
}

/** The bytes after the JSON, read tensor by tensor. */
class Tail {
  private at = 0;
  constructor(private readonly bytes: Uint8Array) {}

  take(name: string, size: number): Uint8Array {
    if (this.at + size > this.bytes.byteLength)
      throw invalid(
        name,
        `binary_data_size is ${size}, but the body has ${this.bytes.byteLength - this.at} bytes left`,
      );
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }

  end(): void {
    const rest = this.bytes.byteLength - this.at;
    if (rest > 0) throw invalid('the body', `has ${rest} bytes that belong to no input`);
  }
}

const invalid = (what: string, message: string): ApiError =>
  new ApiError('invalid_input', `${what}: ${message}`);

/** Each name once: what is computed for a request is then at most what the model gives. */
function demandDistinct(where: string, what: string, named: readonly { readonly name: string }[]): void {
  const seen = new Set<string>();
  for (const { name } of named) {
    if (seen.has(name)) throw invalid(where, `contains two ${what} named ${name}`);
    seen.add(name);
  }
}

function object(value: unknown, where: string): Json {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw invalid(where, 'must be an object');
  return value as Json;
}

function list(value: unknown, where: string): unknown[] {
  if (!Array.isArray(value)) throw invalid(where, 'must be a list');
  return value;
}

function text(value: unknown, where: string): string {
  if (typeof value !== 'string' || value.length > 256)
    throw invalid(where, 'must be a string of at most 256 characters');
  return value;
}
