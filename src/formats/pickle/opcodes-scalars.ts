/** Opcodes that push a number, a string or bytes. Names and codes are those of Python's pickletools. */
import type { PyValue } from './values.js';
import { integer } from '../../inference/labels.js';
import type { Handler, Machine } from './machine.js';
import { rawUnicodeEscape, stringLiteral } from './text.js';

/** Bytes of heap per value besides its characters. */
const STRING_COST = 32;
const VIEW_COST = 200;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

export const SCALAR_OPCODES: Readonly<Record<number, Handler>> = {
  /* NONE 'N' */ 0x4e: (m) => m.push(null),
  /* NEWTRUE */ 0x88: (m) => m.push(true),
  /* NEWFALSE */ 0x89: (m) => m.push(false),
  /* INT 'I' */ 0x49: (m) => {
    const text = m.reader.line(m.budget.limits.integerBytes);
    m.push(text === '01' ? true : text === '00' ? false : decimal(m, text));
  },
  /* LONG 'L' */ 0x4c: (m) =>
    m.push(decimal(m, m.reader.line(m.budget.limits.integerBytes).replace(/L$/, ''))),
  /* BININT 'J' */ 0x4a: (m) => m.push(m.reader.i32()),
  /* BININT1 'K' */ 0x4b: (m) => m.push(m.reader.u8()),
  /* BININT2 'M' */ 0x4d: (m) => m.push(m.reader.u16()),
  /* LONG1 */ 0x8a: (m) => m.push(binaryInteger(m, m.reader.u8())),
  /* LONG4 */ 0x8b: (m) => m.push(binaryInteger(m, m.reader.i32())),
  /* FLOAT 'F' */ 0x46: (m) => m.push(floatText(m, m.reader.line(100))),
  /* BINFLOAT 'G' */ 0x47: (m) => m.push(m.reader.f64()),
  /* STRING 'S' */ 0x53: (m) => pushText(m, line(m), (text) => stringLiteral(text) ?? damaged(m)),
  /* UNICODE 'V' */ 0x56: (m) => pushText(m, line(m), (text) => rawUnicodeEscape(text) ?? damaged(m)),
  /* BINSTRING 'T' */ 0x54: (m) => pushLatin1(m, m.reader.i32()),
  /* SHORT_BINSTRING 'U' */ 0x55: (m) => pushLatin1(m, m.reader.u8()),
  /* BINUNICODE 'X' */ 0x58: (m) => pushUtf8(m, m.reader.u32()),
  /* SHORT_BINUNICODE */ 0x8c: (m) => pushUtf8(m, m.reader.u8()),
  /* BINUNICODE8 */ 0x8d: (m) => pushUtf8(m, m.reader.u64()),
  /* BINBYTES 'B' */ 0x42: (m) => pushBytes(m, m.reader.u32()),
  /* SHORT_BINBYTES 'C' */ 0x43: (m) => pushBytes(m, m.reader.u8()),
  /* BINBYTES8 */ 0x8e: (m) => pushBytes(m, m.reader.u64()),
  /* BYTEARRAY8 */ 0x96: (m) => pushBytes(m, m.reader.u64()),
};

function decimal(m: Machine, text: string): PyValue {
  if (!/^[+-]?\d+$/.test(text)) throw m.reader.damage('an integer is not a decimal number');
  m.budget.heap(text.length);
  return integer(BigInt(text.replace(/^\+/, '')));
}

/** Little-endian two's complement of `length` bytes. */
function binaryInteger(m: Machine, length: number): PyValue {
  if (length < 0 || length > m.budget.limits.integerBytes) {
    throw m.reader.damage(`an integer of ${length} bytes`);
  }
  const bytes = m.reader.take(length);
  if (length === 0) return 0;
  m.budget.heap(STRING_COST + length);
  const hex = Buffer.from(bytes).reverse().toString('hex');
  return integer(BigInt.asIntN(8 * length, BigInt(`0x${hex}`)));
}

function floatText(m: Machine, text: string): number {
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text.trim());
  if (special) {
    return special[2].toLowerCase() === 'nan' ? NaN : special[1] === '-' ? -Infinity : Infinity;
  }
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()))
    throw m.reader.damage('a float is not a number');
  return Number(text);
}

function line(m: Machine): string {
  return m.reader.line(m.budget.limits.stringBytes);
}

function pushText(m: Machine, text: string, decode: (text: string) => string): void {
  m.budget.heap(STRING_COST + 2 * text.length);
  m.push(decode(text));
}

/** A string of Python 2, which may be bytes: characters stand for bytes. */
function pushLatin1(m: Machine, length: number): void {
  const bytes = takeText(m, length);
  m.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'));
}

/** Lone surrogates, which Python writes with "surrogatepass", become U+FFFD: no label or name can depend on them. */
function pushUtf8(m: Machine, length: number): void {
  m.push(utf8.decode(takeText(m, length)));
}

function takeText(m: Machine, length: number): Uint8Array {
  if (length < 0 || length > m.budget.limits.stringBytes)
    throw m.reader.damage(`a string of ${length} bytes`);
  m.budget.heap(STRING_COST + 2 * length);
  return m.reader.take(length);
}

function pushBytes(m: Machine, length: number): void {
  m.budget.heap(VIEW_COST);
  m.push(m.reader.take(length));
}

function damaged(m: Machine): never {
  throw m.reader.damage('a string is not quoted or escaped as Python does it');
}
