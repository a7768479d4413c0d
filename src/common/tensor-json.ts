import { parseExactJson } from './exact-json.js';

/** Minimum characters for the fast path. */
const WORTHWHILE = 4096;
/** Minimum numbers in a list for the fast path. */
const LONG = 256;
/**
 * Starts the value of a member with this name and cannot occur inside a string, where its quotes would be
 * escaped.
 */
const MEMBER = '"data":';
/**
 * Placeholder for a list in the remaining text, followed by a number. If the input contains the mark, the
 * fast path is not used.
 */
const MARK = '\u2756';
const ESCAPED_MARK = '\\u2756';

/**
 * Like {@link parseExactJson}, except that long flat lists of numbers named `data`, as in V2 tensors, become a
 * Float64Array. These lists are most of a large body, and a JavaScript list takes twice as long to create.
 * @throws SyntaxError like `JSON.parse`
 */
export function parseTensorJson(text: string): unknown {
  if (text.length < WORTHWHILE || text.includes(ESCAPED_MARK)) return parseExactJson(text);
  const bytes = Buffer.from(text);
  // Offsets in bytes and text are equal only if all characters are ASCII. The mark is not ASCII.
  if (bytes.length !== text.length) return parseExactJson(text);
  const reader = new NumberReader(text, bytes);
  const lists: Float64Array[] = [];
  let rest = '';
  let from = 0;
  for (let at = text.indexOf(MEMBER); at >= 0; at = text.indexOf(MEMBER, reader.at)) {
    const start = skipSpace(bytes, at + MEMBER.length);
    const list = reader.listAt(start);
    if (!list || list.length < LONG) continue;
    rest += `${text.slice(from, start)}"${MARK}${lists.length}"`;
    from = reader.at;
    lists.push(list);
  }
  if (lists.length === 0) return parseExactJson(text);
  return parseExactJson(rest + text.slice(from), (value) =>
    typeof value === 'string' && value.startsWith(MARK) ? lists[Number(value.slice(MARK.length))] : value,
  );
}

const [TAB, NEWLINE, RETURN, SPACE] = [9, 10, 13, 32];
const [COMMA, MINUS, DOT, ZERO, NINE] = [44, 45, 46, 48, 57];
const [OPEN, CLOSE] = [91, 93];
const [UPPER_E, LOWER_E] = [69, 101];

/**
 * An integer with at most this many digits, divided by one of these powers, gives the double nearest to the
 * decimal (Clinger 1990).
 */
const EXACT_DIGITS = 15;
const POWERS_OF_TEN = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, digits) => Number(`1e${digits}`));

/** A JSON number (RFC 8259, section 6). */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

class NumberReader {
  /** Offset after the last value that was read, whether complete or not. */
  at = 0;
  private values: Float64Array;
  private slow = 0;

  constructor(
    private readonly text: string,
    private readonly bytes: Uint8Array,
  ) {
    this.values = new Float64Array(Math.ceil(text.length / 6));
  }

  /**
   * Undefined if there is no list, an empty list, or a list with other values than numbers. Also if so many
   * of the numbers have more digits than {@link EXACT_DIGITS} that `JSON.parse` is faster.
   */
  listAt(start: number): Float64Array | undefined {
    const { bytes } = this;
    this.at = start;
    this.slow = 0;
    if (bytes[start] !== OPEN) return undefined;
    for (let count = 0; ;) {
      this.at = skipSpace(bytes, this.at + 1);
      const value = this.number();
      if (value === undefined || this.slow > LONG / 4 + count / 4) return undefined;
      if (count === this.values.length) this.grow();
      this.values[count++] = value;
      this.at = skipSpace(bytes, this.at);
      if (bytes[this.at] === COMMA) continue;
      if (bytes[this.at] !== CLOSE) return undefined;
      this.at += 1;
      return this.values.slice(0, count);
    }
  }

  private number(): number | undefined {
    const { bytes, at: start } = this;
    const isNegative = bytes[start] === MINUS;
    const first = isNegative ? start + 1 : start;
    let at = first;
    let code = bytes[at];
    let digits = 0;
    for (; code >= ZERO && code <= NINE; code = bytes[++at]) digits = digits * 10 + (code - ZERO);
    let count = at - first;
    let isPlain = count === 1 || (count > 1 && bytes[first] !== ZERO);
    let decimals = 0;
    if (code === DOT) {
      const point = at;
      code = bytes[++at];
      for (; code >= ZERO && code <= NINE; code = bytes[++at]) digits = digits * 10 + (code - ZERO);
      decimals = at - point - 1;
      count += decimals;
      isPlain &&= decimals > 0;
    }
    if (!isPlain || code === LOWER_E || code === UPPER_E) return this.anyNumber();
    this.at = at;
    if (count > EXACT_DIGITS) {
      this.slow += 1;
      const value = Number(this.text.slice(start, at));
      // A list with an integer that float64 does not hold is left to the exact parser.
      return decimals === 0 && !Number.isSafeInteger(value) ? undefined : value;
    }
    const value = digits / POWERS_OF_TEN[decimals];
    return isNegative ? -value : value;
  }

  private anyNumber(): number | undefined {
    const { bytes, at: start } = this;
    let at = start;
    while (at < bytes.length && bytes[at] !== COMMA && bytes[at] !== CLOSE && bytes[at] > SPACE) at += 1;
    const number = this.text.slice(start, at);
    this.at = at;
    this.slow += 1;
    return NUMBER.test(number) ? Number(number) : undefined;
  }

  private grow(): void {
    const larger = new Float64Array(this.values.length * 2);
    larger.set(this.values);
    this.values = larger;
  }
}

function skipSpace(bytes: Uint8Array, at: number): number {
  for (let code = bytes[at]; code <= SPACE; code = bytes[++at])
    if (code !== SPACE && code !== NEWLINE && code !== RETURN && code !== TAB) break;
  return at;
}
