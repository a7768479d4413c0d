import { ByteReader } from './byte-reader.js';
import { ARGUMENTS } from './opcode-arguments.js';

const GLOBAL = 0x63;
const INST = 0x69;
const STACK_GLOBAL = 0x93;
const MEMOIZE = 0x94;
const GETS = new Map([
  [0x68, 1],
  [0x6a, 4],
] as const);
const PUTS = new Map([
  [0x71, 1],
  [0x72, 4],
] as const);
const LINE = 1024;

/**
 * Names of the classes and functions in pickle bytes, found without executing them: those in the opcode itself, and for
 * protocol 4 and newer the last two strings before it. Ends at the first byte that is not an opcode. Never throws.
 */
export function* scanNames(
  bytes: Uint8Array,
  start: number,
): Generator<readonly [module: string, name: string]> {
  const reader = new ByteReader(bytes);
  reader.position = start;
  const strings: string[] = [];
  const memo = new Map<number, string>();
  let recent = '';
  const seen = (text: string): void => {
    recent = text;
    strings.push(text);
    if (strings.length > 2) strings.shift();
  };
  try {
    while (reader.left > 0) {
      const code = reader.u8();
      const argument = ARGUMENTS.get(code);
      if (argument === undefined) return;
      if (code === GLOBAL || code === INST) yield [reader.line(LINE), reader.line(LINE)];
      else if (code === STACK_GLOBAL) yield [strings[0] ?? '', strings[1] ?? ''];
      else if (code === MEMOIZE) memo.set(memo.size, recent);
      else if ('lines' in argument) reader.line(bytes.length);
      else if ('sized' in argument) {
        const content = reader.take(sizeOf(reader, argument.sized));
        if (argument.text && content.length <= LINE) seen(Buffer.from(content).toString('utf8'));
      } else if (GETS.has(code as 0x68)) seen(memo.get(unsigned(reader, argument.bytes)) ?? '');
      else if (PUTS.has(code as 0x71)) memo.set(unsigned(reader, argument.bytes), recent);
      else reader.take(argument.bytes);
    }
  } catch {
    // The bytes ended within an instruction: what was found until then is all there is.
  }
}

function unsigned(reader: ByteReader, bytes: number): number {
  return bytes === 1 ? reader.u8() : reader.u32();
}

function sizeOf(reader: ByteReader, bytes: 1 | 4 | 8): number {
  return bytes === 1 ? reader.u8() : bytes === 4 ? reader.u32() : reader.u64();
}
