import { ModelFileError } from '../../inference/model.js';

/** Wire types of the protocol-buffer encoding (https://protobuf.dev/programming-guides/encoding/). */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;
export type WireType = (typeof WIRE)[keyof typeof WIRE];

const MAX_FIELD_NUMBER = 2 ** 29 - 1;
const TWO_32 = 2 ** 32;

/** The bytes end before the message does. */
export class TruncatedError extends ModelFileError {}

/** One field of a message: its number, its kind, and where it stands. */
export class Field {
  constructor(
    private readonly message: Uint8Array,
    readonly number: number,
    readonly wireType: WireType,
    /** The value of a varint as a signed 64-bit integer (inexact beyond 2^53); 0 for other wire types. */
    readonly int: number,
    private readonly start: number,
    private readonly payload: number,
    private readonly end: number,
  ) {}

  /** The value of a varint with all its digits. */
  get exactInt(): bigint {
    const cursor = { at: this.start };
    readVarint(this.message, cursor);
    return readExactVarint(this.message, cursor);
  }

  /** The content of a length-delimited or fixed field, a view into the message. */
  get bytes(): Uint8Array {
    return this.message.subarray(this.payload, this.end);
  }

  /** Tag and content as they stand in the message: copying them keeps the field byte-exactly. */
  get raw(): Uint8Array {
    return this.message.subarray(this.start, this.end);
  }
}

/**
 * The fields of one message, in file order, without parsing nested messages. Nothing is copied, so a message of
 * gigabytes needs no memory. Fields with unknown numbers are included.
 * @param clipped the bytes are only the beginning of a message: a last field that is cut off ends where they do
 * @throws ModelFileError for invalid bytes, or if the message ends too early
 */
export function* readFields(message: Uint8Array, clipped = false): Generator<Field> {
  const cursor = { at: 0 };
  while (cursor.at < message.length) {
    const start = cursor.at;
    const tag = readVarint(message, cursor);
    const number = Math.floor(tag / 8);
    if (number < 1 || number > MAX_FIELD_NUMBER)
      throw new ModelFileError('not a protocol-buffer message: bad field number');
    const wireType = tag % 8;
    const { int, length } = readHead(message, cursor, wireType, number);
    const payload = cursor.at;
    if (length < 0)
      throw new ModelFileError(`not a protocol-buffer message: field ${number} has no sensible length`);
    const missing = length - (message.length - payload);
    if (missing > 0 && !clipped)
      throw new TruncatedError(`the file is truncated: field ${number} lacks ${missing} bytes`);
    cursor.at = Math.min(payload + length, message.length);
    yield new Field(message, number, wireType as WireType, int, start, payload, cursor.at);
  }
}

function readHead(message: Uint8Array, cursor: { at: number }, wireType: number, number: number) {
  switch (wireType) {
    case WIRE.varint:
      return { int: readVarint(message, cursor), length: 0 };
    case WIRE.bytes:
      return { int: 0, length: readVarint(message, cursor) };
    case WIRE.fixed64:
      return { int: 0, length: 8 };
    case WIRE.fixed32:
      return { int: 0, length: 4 };
    default:
      throw new ModelFileError(`not a protocol-buffer message: field ${number} has wire type ${wireType}`);
  }
}

/** A base-128 varint of up to ten bytes, read as a signed 64-bit integer. */
function readVarint(message: Uint8Array, cursor: { at: number }): number {
  let low = 0;
  let high = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    if (cursor.at >= message.length)
      throw new TruncatedError('the file is truncated: it ends inside a number');
    const byte = message[cursor.at++];
    const bits = byte & 0x7f;
    if (shift < 28) low += bits * 2 ** shift;
    else if (shift === 28) {
      low += (bits & 0x0f) * 2 ** 28;
      high += bits >> 4;
    } else if (shift < 63) high += bits * 2 ** (shift - 32);
    else high += (bits & 1) * 2 ** 31;
    if (byte < 0x80) return (high >= 2 ** 31 ? high - TWO_32 : high) * TWO_32 + low;
  }
  throw new ModelFileError('not a protocol-buffer message: a number is longer than ten bytes');
}

/** As {@link readVarint}, of one that has been read. */
function readExactVarint(message: Uint8Array, cursor: { at: number }): bigint {
  let value = 0n;
  for (let shift = 0n; ; shift += 7n) {
    const byte = message[cursor.at++];
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asIntN(64, value);
  }
}

/** The numbers of a packed varint field with all their digits. @throws ModelFileError */
export function readExactVarints(bytes: Uint8Array): (number | bigint)[] {
  const numbers: (number | bigint)[] = [];
  for (const cursor = { at: 0 }; cursor.at < bytes.length;) {
    const start = cursor.at;
    const near = readVarint(bytes, cursor);
    numbers.push(Number.isSafeInteger(near) ? near : readExactVarint(bytes, { at: start }));
  }
  return numbers;
}

/** The numbers of a packed varint field. @throws ModelFileError */
export function readPackedVarints(bytes: Uint8Array): number[] {
  const numbers: number[] = [];
  for (const cursor = { at: 0 }; cursor.at < bytes.length;) numbers.push(readVarint(bytes, cursor));
  return numbers;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws ModelFileError if the bytes are not UTF-8, or too many for a name */
export function readString(bytes: Uint8Array, limit = 1 << 20): string {
  if (bytes.length > limit)
    throw new ModelFileError(`a text in the file has ${bytes.length} bytes, more than ${limit}`);
  try {
    return utf8.decode(bytes);
  } catch {
    throw new ModelFileError('a text in the file is not UTF-8');
  }
}

/** A non-negative integer below 2^53 as varint bytes. */
function varintBytes(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return bytes;
}

export function varintField(number: number, value: number): Uint8Array {
  return Uint8Array.from([...varintBytes(number * 8 + WIRE.varint), ...varintBytes(value)]);
}

/** A length-delimited field: a text, or a nested message given by its fields. */
export function bytesField(number: number, content: string | readonly Uint8Array[]): Uint8Array {
  const body = typeof content === 'string' ? new TextEncoder().encode(content) : Buffer.concat(content);
  return Buffer.concat([
    Uint8Array.from([...varintBytes(number * 8 + WIRE.bytes), ...varintBytes(body.length)]),
    body,
  ]);
}
