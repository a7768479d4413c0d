/** Lists of numbers in a model's text: separated by spaces, of a known length. */
import { ModelFileError } from '../../inference/model.js';

const SPACE = 0x20;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;

/** A list's name and place in errors: "tree 3: leaf_value". */
export type Place = string;

/** Calls `take` with the bounds of each word. @throws ModelFileError if there are not `count` words */
function eachWord(
  bytes: Buffer,
  count: number,
  place: Place,
  take: (start: number, end: number, k: number) => void,
) {
  let found = 0;
  for (let at = 0; at < bytes.length;) {
    if (bytes[at] === SPACE) {
      at++;
      continue;
    }
    const space = bytes.indexOf(SPACE, at);
    const end = space < 0 ? bytes.length : space;
    if (found < count) take(at, end, found);
    found++;
    at = end;
  }
  if (found !== count) {
    throw new ModelFileError(`${place} has ${found} values, where ${count} were expected`);
  }
}

/** The maximum number of words in some bytes. Checked before memory is allocated for a count from the file. */
function checkRoom(bytes: Buffer, count: number, place: Place): void {
  if (count * 2 - 1 > bytes.length) {
    throw new ModelFileError(`${place} has fewer values than the ${count} that were expected`);
  }
}

/** Whole numbers that fit into 32 bits. */
export function integers(bytes: Buffer, count: number, place: Place): Int32Array {
  checkRoom(bytes, count, place);
  const out = new Int32Array(count);
  eachWord(bytes, count, place, (start, end, k) => {
    const value = integerIn(bytes, start, end);
    if (value < -0x80000000 || value > 0x7fffffff) throw wrong(bytes, start, end, place, 'a whole number');
    out[k] = value;
  });
  return out;
}

/** Words of bit sets. */
export function unsignedIntegers(bytes: Buffer, count: number, place: Place): Uint32Array {
  checkRoom(bytes, count, place);
  const out = new Uint32Array(count);
  eachWord(bytes, count, place, (start, end, k) => {
    const value = integerIn(bytes, start, end);
    if (!(value >= 0 && value <= 0xffffffff)) throw wrong(bytes, start, end, place, 'a 32-bit number');
    out[k] = value;
  });
  return out;
}

/** Numbers in the format of C++ streams, including `inf`, `-inf` and `nan`. */
export function doubles(bytes: Buffer, count: number, place: Place): Float64Array {
  checkRoom(bytes, count, place);
  const out = new Float64Array(count);
  eachWord(bytes, count, place, (start, end, k) => {
    const value = numberOf(bytes.toString('latin1', start, end));
    if (value === undefined) throw wrong(bytes, start, end, place, 'a number');
    out[k] = value;
  });
  return out;
}

/** Larger than every allowed number, so that every check of a range rejects it. */
const NO_INTEGER = Infinity;

function integerIn(bytes: Buffer, start: number, end: number): number {
  const negative = bytes[start] === MINUS;
  const first = negative ? start + 1 : start;
  if (end === first || end - first > 10) return NO_INTEGER;
  let value = 0;
  for (let at = first; at < end; at++) {
    const digit = bytes[at];
    if (digit < ZERO || digit > NINE) return NO_INTEGER;
    value = value * 10 + (digit - ZERO);
  }
  return negative ? -value : value;
}

const DECIMAL = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/;
const SPECIAL: ReadonlyMap<string, number> = new Map([
  ['inf', Infinity],
  ['+inf', Infinity],
  ['-inf', -Infinity],
  ['infinity', Infinity],
  ['-infinity', -Infinity],
  ['nan', NaN],
  ['-nan', NaN],
]);

/** The number that a word of the text is; undefined for other words. */
export function numberOf(word: string): number | undefined {
  if (DECIMAL.test(word)) return Number(word);
  return SPECIAL.get(word.toLowerCase());
}

function wrong(bytes: Buffer, start: number, end: number, place: Place, wanted: string): ModelFileError {
  const shown = JSON.stringify(bytes.toString('latin1', start, Math.min(end, start + 40)));
  return new ModelFileError(`${place} holds ${shown}, where ${wanted} was expected`);
}
