/** Lists of numbers in a model's text: separated by spaces, of a known length. */
import { ModelFileError } from '../../inference/model.js';

const SPACE = 0x20;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;

/** What a list is called in an error, and where it stands: "tree 3: leaf_value". */
export type Place = string;

/** Calls `take` with the bounds of each word. @throws ModelFileError where there are not `count` words */
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

/** Fewer words than this cannot be in so many bytes: checked before memory is taken by a count that a file states. */
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

/** Numbers as C++ streams print doubles: `inf`, `-inf` and `nan` among them. */
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

/** Above all numbers that are allowed for, so that every check of the range refuses it. */
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
