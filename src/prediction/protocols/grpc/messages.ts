import { ApiError } from '../../../common/errors.js';
import { type Datatype, type Tensor, type TensorData } from '../../../inference/tensor.js';
import type { Inference } from '../../data-plane.js';
import { allocate, writeCell } from '../../input/cells.js';
import { Faults } from '../../input/faults.js';
import { tensorFromBytes, tensorToBytes, utf8, widenBrains } from '../v2/tensor-bytes.js';
import { CLASSIFICATION } from '../v2/classification.js';
import { asRequested, outOfRangeText } from '../v2/v2.protocol.js';
import { BRAIN_FLOAT, datatypeOf, elementCount } from '../v2/v2.request.js';
import { at } from '../../../common/lists.js';

/** Messages as proto-loader decodes them: 64-bit integers as decimal strings, bytes as Buffers. */
export interface InferInput {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly string[];
  readonly contents: Contents | null;
}

interface OutputMessage {
  readonly name: string;
  readonly parameters?: Readonly<Record<string, { readonly int64_param?: string }>>;
}

export interface InferRequestMessage {
  readonly model_name: string;
  readonly model_version: string;
  readonly id: string;
  readonly inputs: readonly InferInput[];
  readonly outputs: readonly OutputMessage[];
  readonly raw_input_contents: readonly Buffer[];
}

type ContentsField =
  | 'bool_contents'
  | 'int_contents'
  | 'int64_contents'
  | 'uint_contents'
  | 'uint64_contents'
  | 'fp32_contents'
  | 'fp64_contents'
  | 'bytes_contents';

type Contents = Partial<Record<ContentsField, readonly unknown[]>>;

const CONTENTS_FIELD: Readonly<Record<Exclude<Datatype, 'FP16'>, ContentsField>> = {
  BOOL: 'bool_contents',
  INT8: 'int_contents',
  INT16: 'int_contents',
  INT32: 'int_contents',
  INT64: 'int64_contents',
  UINT8: 'uint_contents',
  UINT16: 'uint_contents',
  UINT32: 'uint_contents',
  UINT64: 'uint64_contents',
  FP32: 'fp32_contents',
  FP64: 'fp64_contents',
  BYTES: 'bytes_contents',
};

/**
 * The tensors of a request. The protocol requires all of them as raw bytes, or all as typed contents.
 * @throws ApiError `invalid_input` naming the tensor
 */
export function tensorsOf({ inputs, raw_input_contents: raw }: InferRequestMessage): Tensor[] {
  if (inputs.length === 0) throw new ApiError('invalid_input', 'inputs: must have one tensor or more');
  if (raw.length > 0 && raw.length !== inputs.length)
    throw new ApiError(
      'invalid_input',
      `raw_input_contents has ${raw.length} entries for ${inputs.length} inputs`,
    );
  const both = raw.length > 0 ? inputs.find(hasContents) : undefined;
  if (both)
    throw new ApiError('invalid_input', `${both.name}: send contents or raw_input_contents, not both`);
  return inputs.map((input, i) => {
    const isBrain = input.datatype === BRAIN_FLOAT;
    const datatype = isBrain ? 'FP32' : datatypeOf(input.name, input.datatype);
    const shape = input.shape.map(Number);
    const count = elementCount(input.name, shape);
    if (isBrain && raw.length === 0)
      throw new ApiError('invalid_input', `${input.name}: ${BRAIN_FLOAT} goes into raw_input_contents`);
    const data =
      raw.length === 0
        ? typedData(input, datatype, count)
        : isBrain
          ? widenBrains(input.name, count, at(raw, i))
          : tensorFromBytes(input.name, datatype, count, at(raw, i));
    return { name: input.name, datatype, shape, data };
  });
}

const hasContents = ({ contents }: InferInput): boolean =>
  Object.values(contents ?? {}).some(({ length }) => length > 0);

/** The outputs that a message asks for. */
export const requestedOutputs = ({
  outputs,
}: InferRequestMessage): { name: string; classification?: number }[] =>
  outputs.map(({ name, parameters }) => {
    const classes = parameters?.[CLASSIFICATION];
    return { name, ...(classes && { classification: Number(classes.int64_param ?? NaN) }) };
  });

function typedData({ name, contents }: InferInput, datatype: Datatype, count: number): TensorData {
  if (datatype === 'FP16') throw new ApiError('invalid_input', `${name}: FP16 goes into raw_input_contents`);
  const values = contents?.[CONTENTS_FIELD[datatype]] ?? [];
  if (values.length !== count)
    throw new ApiError(
      'invalid_input',
      `${name}: ${CONTENTS_FIELD[datatype]} has ${values.length} values, its shape needs ${count}`,
    );
  const data = allocate(datatype, count);
  const faults = new Faults();
  values.forEach((value, i) => {
    const fault = writeCell(data, i, plain(name, i, value, datatype), { datatype, nullable: true });
    if (fault) faults.add([name, i], fault);
  });
  faults.throwIfAny('invalid_input');
  return data;
}

function plain(name: string, index: number, value: unknown, datatype: Datatype): unknown {
  if (datatype === 'BYTES') return utf8(name, index, value as Buffer);
  return datatype === 'INT64' || datatype === 'UINT64' ? BigInt(value as string) : value;
}

/** The response message. Its outputs are raw if the inputs were. */
export function inferResponse(message: InferRequestMessage, inference: Inference): object {
  const asked = requestedOutputs(message);
  const outputs = inference.outputs.map((output, i) => asRequested(output, asked[i], inference.signature));
  return {
    model_name: inference.model,
    model_version: String(inference.version),
    id: message.id,
    ...(inference.outOfRange.length > 0 && {
      parameters: { out_of_range: { string_param: outOfRangeText(inference) } },
    }),
    ...outputMessages(outputs, message.raw_input_contents.length > 0),
  };
}

type WithContents = { readonly name: string; readonly contents?: Contents | null };

/** A request or response message, as audit records hold it. */
interface RecordedMessage {
  readonly inputs?: readonly WithContents[];
  readonly outputs?: readonly WithContents[];
  readonly raw_input_contents?: readonly Buffer[];
  readonly raw_output_contents?: readonly Buffer[];
}

/**
 * A message as the JSON text of its audit record, with bytes in base64. `JSON.stringify` would turn each byte of a
 * buffer into a number first.
 */
export function messageText(message: RecordedMessage): string {
  const { inputs, outputs, raw_input_contents: rawIn, raw_output_contents: rawOut } = message;
  return JSON.stringify({
    ...message,
    ...(inputs && { inputs: inputs.map(withBase64) }),
    ...(outputs && { outputs: outputs.map(withBase64) }),
    ...(rawIn && { raw_input_contents: rawIn.map(base64) }),
    ...(rawOut && { raw_output_contents: rawOut.map(base64) }),
  });
}

function withBase64<T extends WithContents>(tensor: T): T {
  const texts = tensor.contents?.bytes_contents as readonly Buffer[] | undefined;
  if (!texts?.length) return tensor;
  return { ...tensor, contents: { ...tensor.contents, bytes_contents: texts.map(base64) } };
}

const base64 = (bytes: Buffer): string => bytes.toString('base64');

/** A request message from its audit record, in which bytes are base64. */
export function recordedMessage(text: string): InferRequestMessage {
  const message = JSON.parse(text) as InferRequestMessage;
  const bytes = (base64: unknown): Buffer => Buffer.from(base64 as string, 'base64');
  return {
    ...message,
    raw_input_contents: message.raw_input_contents.map(bytes),
    inputs: message.inputs.map((input) => ({
      ...input,
      contents: input.contents && {
        ...input.contents,
        bytes_contents: (input.contents.bytes_contents ?? []).map(bytes),
      },
    })),
  };
}

/** Output tensors of a response, raw or typed. Half precision is always raw. */
function outputMessages(
  outputs: readonly Tensor[],
  wantsRaw: boolean,
): { outputs: object[]; raw_output_contents: Buffer[] } {
  const raw = wantsRaw || outputs.some(({ datatype }) => datatype === 'FP16');
  return {
    outputs: outputs.map((tensor) => ({
      name: tensor.name,
      datatype: tensor.datatype,
      shape: tensor.shape,
      ...(!raw && { contents: typedContents(tensor) }),
    })),
    raw_output_contents: raw ? outputs.map(tensorToBytes) : [],
  };
}

function typedContents({ datatype, data }: Tensor): Contents {
  const field = CONTENTS_FIELD[datatype as Exclude<Datatype, 'FP16'>];
  switch (field) {
    case 'bytes_contents':
      return { [field]: (data as (string | null)[]).map((text) => Buffer.from(text ?? '')) };
    case 'int64_contents':
    case 'uint64_contents':
      return { [field]: Array.from(data as BigInt64Array, String) };
    case 'bool_contents':
      return { [field]: Array.from(data as Uint8Array, Boolean) };
    default:
      return { [field]: Array.from(data as Float64Array) };
  }
}
