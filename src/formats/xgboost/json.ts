/**
 * Reads XGBoost's JSON. JSON.parse is not used, because it creates a JavaScript number and an array slot for every
 * number of every tree (even unused ones), rejects the NaN and Infinity that XGBoost writes, and cannot read a text of
 * more than half a gigabyte.
 */
import { Allowance, damaged, MAX_DEPTH, type Numbers, UNUSED, type Value } from './document.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Powers of ten that doubles hold exactly. */
const POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const LONGEST_NUMBER = 64;

/** @throws ModelFileError naming the byte where it stops being JSON */
export function readJson(bytes: Uint8Array): Value {
  return new JsonReader(bytes).document();
}

class JsonReader {
  private at = 0;
  private depth = 0;
  private scratch = new Float64Array(1024);
  private readonly allowance: Allowance;

  constructor(private readonly bytes: Uint8Array) {
    this.allowance = new Allowance(bytes.length);
  }

  document(): Value {
    const value = this.value(false);
    if (!Number.isNaN(this.next())) throw this.damage('something follows the document');
    return value;
  }

  private damage(what: string): Error {
    return damaged(`${what} at byte ${this.at}`);
  }

  /** The next byte that is not white space, which is not consumed; NaN at the end. */
  private next(): number {
    const { bytes } = this;
    while (this.at < bytes.length) {
      const byte = bytes[this.at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte;
      this.at++;
    }
    return NaN;
  }

  private expect(byte: number): void {
    if (this.next() !== byte) throw this.damage(`"${String.fromCharCode(byte)}" is missing`);
    this.at++;
  }

  /** @param unused true to skip the value: lists of numbers are then empty */
  private value(unused: boolean): Value {
    const byte = this.next();
    if (byte === QUOTE) return this.string();
    if (byte === OPEN_OBJECT) return this.nested(() => this.object());
    if (byte === OPEN_LIST) return this.nested(() => this.list(unused));
    if (byte === 0x74) return this.word('true', true);
    if (byte === 0x66) return this.word('false', false);
    if (byte === 0x6e) return this.word('null', null);
    if (isNumberStart(byte)) return this.number();
    throw this.damage('no value begins');
  }

  private nested<T>(read: () => T): T {
    if (++this.depth > MAX_DEPTH) throw this.damage('it is too deeply nested');
    const value = read();
    this.depth--;
    return value;
  }

  private word<T>(word: string, value: T): T {
    for (let k = 0; k < word.length; k++, this.at++)
      if (this.bytes[this.at] !== word.charCodeAt(k)) throw this.damage('no value begins');
    return value;
  }

  private object(): Value {
    this.at++;
    const fields = new Map<string, Value>();
    if (this.next() === CLOSE_OBJECT) {
      this.at++;
      return fields;
    }
    for (;;) {
      if (this.next() !== QUOTE) throw this.damage('a key is missing');
      const key = this.string();
      this.expect(COLON);
      this.allowance.take(100);
      fields.set(key, this.value(UNUSED.has(key)));
      if (this.next() === CLOSE_OBJECT) break;
      this.expect(COMMA);
    }
    this.at++;
    return fields;
  }

  private list(unused: boolean): Value {
    this.at++;
    const first = this.next();
    if (isNumberStart(first)) return this.numbers(unused);
    const items: Value[] = [];
    if (first === CLOSE_LIST) {
      this.at++;
      return items;
    }
    for (;;) {
      this.allowance.take(16);
      items.push(this.value(unused));
      if (this.next() === CLOSE_LIST) break;
      this.expect(COMMA);
    }
    this.at++;
    return items;
  }

  private numbers(unused: boolean): Value {
    let count = 0;
    for (;;) {
      if (!isNumberStart(this.next())) throw this.damage('a list of numbers holds something else');
      const value = this.number();
      if (!unused) {
        if (count === this.scratch.length) this.grow();
        this.scratch[count++] = value;
      }
      if (this.next() === CLOSE_LIST) break;
      this.expect(COMMA);
    }
    this.at++;
    const kept = compact(this.scratch.subarray(0, count));
    this.allowance.take(100 + kept.byteLength);
    return kept;
  }

  private grow(): void {
    const larger = new Float64Array(2 * this.scratch.length);
    larger.set(this.scratch);
    this.scratch = larger;
  }

  /**
   * Digits up to 2^53 and small powers of ten give the nearest double with one exact operation. For others, the
   * engine's parser is used.
   */
  private number(): number {
    const { bytes } = this;
    const start = this.at;
    const negative = bytes[this.at] === MINUS;
    if (negative) this.at++;
    if (bytes[this.at] === 0x49) return this.word('Infinity', negative ? -Infinity : Infinity);
    if (bytes[this.at] === 0x4e) return this.word('NaN', NaN);
    let mantissa = 0;
    let scale = 0;
    let digits = 0;
    let fraction = false;
    let byte = bytes[this.at];
    for (; isDigit(byte) || (byte === POINT && !fraction); byte = bytes[++this.at]) {
      if (byte === POINT) {
        fraction = true;
        continue;
      }
      mantissa = 10 * mantissa + (byte - 0x30);
      digits++;
      if (fraction) scale--;
    }
    if (digits === 0) throw this.damage('a number has no digits');
    if (byte === 0x45 || byte === 0x65) scale += this.exponent();
    if (this.at - start > LONGEST_NUMBER) throw this.damage('a number is too long');
    if (digits <= 15 && scale >= -22 && scale <= 22) {
      const value = scale < 0 ? mantissa / POWERS[-scale] : mantissa * POWERS[scale];
      return negative ? -value : value;
    }
    return Number(Buffer.from(bytes.buffer, bytes.byteOffset + start, this.at - start).toString('latin1'));
  }

  private exponent(): number {
    const { bytes } = this;
    const negative = bytes[++this.at] === MINUS;
    if (negative || bytes[this.at] === 0x2b) this.at++;
    let value = 0;
    const start = this.at;
    for (; isDigit(bytes[this.at]); this.at++)
      value = Math.min(100_000, 10 * value + (bytes[this.at] - 0x30));
    if (this.at === start) throw this.damage('an exponent has no digits');
    return negative ? -value : value;
  }

  private string(): string {
    const start = ++this.at;
    let escaped = false;
    for (; this.bytes[this.at] !== QUOTE; this.at++) {
      if (this.at >= this.bytes.length) throw this.damage('text has no end');
      if (this.bytes[this.at] === BACKSLASH) {
        escaped = true;
        this.at++;
      }
    }
    const raw = Buffer.from(this.bytes.buffer, this.bytes.byteOffset + start, this.at - start);
    this.at++;
    this.allowance.take(40 + 2 * raw.length);
    const plain = raw.toString('utf8');
    if (!escaped) return plain;
    try {
      return JSON.parse(`"${plain}"`) as string;
    } catch {
      throw this.damage('text has an escape that is not known');
    }
  }
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** A digit or a minus, and the beginnings of NaN and Infinity. */
function isNumberStart(byte: number): boolean {
  return isDigit(byte) || byte === MINUS || byte === 0x4e || byte === 0x49;
}

/** The numbers in the smallest type that holds them; those with a fraction in float32, as XGBoost reads them. */
function compact(values: Float64Array): Numbers {
  let bytes = true;
  for (let k = 0; k < values.length; k++) {
    const value = values[k];
    if ((value | 0) !== value || Object.is(value, -0)) return Float32Array.from(values);
    if (value < 0 || value > 255) bytes = false;
  }
  return bytes ? Uint8Array.from(values) : Int32Array.from(values);
}
