/** Reads the UBJSON (draft 12, big endian) that XGBoost writes from 1.6 on. */
import { Allowance, damaged, MAX_DEPTH, type Numbers, UNUSED, type Value } from './document.js';

/** Markers of numbers and the bytes that they take. */
const SIZES: ReadonlyMap<string, number> = new Map(
  Object.entries({ i: 1, U: 1, I: 2, l: 4, L: 8, d: 4, D: 8 }),
);

/** @throws ModelFileError naming the byte where it stops being UBJSON */
export function readUbjson(bytes: Uint8Array): Value {
  return new UbjsonReader(bytes).document();
}

class UbjsonReader {
  private at = 0;
  private depth = 0;
  private readonly view: DataView;
  private readonly allowance: Allowance;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.allowance = new Allowance(bytes.length);
  }

  document(): Value {
    const value = this.value(this.marker(), false);
    if (this.at < this.bytes.length) throw this.damage('something follows the document');
    return value;
  }

  private damage(what: string): Error {
    return damaged(`${what} at byte ${this.at}`);
  }

  /** The next byte as a character; the padding marker N is skipped. */
  private marker(): string {
    for (;;) {
      if (this.at >= this.bytes.length) throw this.damage('it ends early');
      const marker = String.fromCharCode(this.bytes[this.at++]);
      if (marker !== 'N') return marker;
    }
  }

  private peek(): string {
    const marker = this.marker();
    this.at--;
    return marker;
  }

  private value(marker: string, unused: boolean): Value {
    if (marker === '{') return this.nested(() => this.object());
    if (marker === '[') return this.nested(() => this.list(unused));
    if (marker === 'S') return this.text();
    if (marker === 'T') return true;
    if (marker === 'F') return false;
    if (marker === 'Z') return null;
    if (marker === 'C') return String.fromCharCode(this.bytes[this.need(1)]);
    return this.number(marker);
  }

  private nested<T>(read: () => T): T {
    if (++this.depth > MAX_DEPTH) throw this.damage('it is too deeply nested');
    const value = read();
    this.depth--;
    return value;
  }

  /** Where the next `bytes` bytes begin, which are consumed. */
  private need(bytes: number): number {
    if (bytes > this.bytes.length - this.at) throw this.damage('it ends early');
    this.at += bytes;
    return this.at - bytes;
  }

  private number(marker: string): number {
    const size = SIZES.get(marker);
    if (size === undefined) {
      this.at--;
      throw this.damage('no value begins');
    }
    return numberAt(this.view, marker, this.need(size));
  }

  private length(): number {
    const length = this.number(this.marker());
    if (!Number.isSafeInteger(length) || length < 0) throw this.damage(`a length is ${length}`);
    return length;
  }

  private text(): string {
    const length = this.length();
    const start = this.need(length);
    this.allowance.take(40 + 2 * length);
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + start, length).toString('utf8');
  }

  private object(): Value {
    const fields = new Map<string, Value>();
    while (this.peek() !== '}') {
      const key = this.text();
      this.allowance.take(100);
      fields.set(key, this.value(this.marker(), UNUSED.has(key)));
    }
    this.at++;
    return fields;
  }

  private list(unused: boolean): Value {
    const type = this.peek() === '$' ? this.type() : undefined;
    if (this.peek() === '#') {
      this.at++;
      return type === undefined
        ? this.counted(this.length(), unused)
        : this.typed(type, this.length(), unused);
    }
    if (type !== undefined) throw this.damage('a typed list has no length');
    const items: Value[] = [];
    while (this.peek() !== ']') {
      this.allowance.take(16);
      items.push(this.value(this.marker(), unused));
    }
    this.at++;
    return items;
  }

  private type(): string {
    this.at++;
    return this.marker();
  }

  /** Each value has at least one byte, so a false length is detected before memory is allocated. */
  private counted(length: number, unused: boolean): Value {
    if (length > this.bytes.length - this.at) throw this.damage(`a list of ${length} values does not fit`);
    this.allowance.take(16 * length);
    const items: Value[] = [];
    for (let k = 0; k < length; k++) items.push(this.value(this.marker(), unused));
    return items;
  }

  private typed(type: string, length: number, unused: boolean): Value {
    const size = SIZES.get(type);
    if (size === undefined) throw this.damage(`a list is of the type ${JSON.stringify(type)}`);
    const start = this.need(size * length);
    if (unused) return new Uint8Array(0);
    this.allowance.take(100 + 8 * length);
    const { view } = this;
    const values = emptyArray(type, length);
    for (let k = 0; k < length; k++) values[k] = numberAt(view, type, start + size * k);
    return values;
  }
}

function emptyArray(type: string, length: number): Numbers {
  if (type === 'i') return new Int8Array(length);
  if (type === 'U') return new Uint8Array(length);
  if (type === 'I') return new Int16Array(length);
  if (type === 'l') return new Int32Array(length);
  return type === 'd' ? new Float32Array(length) : new Float64Array(length);
}

function numberAt(view: DataView, type: string, at: number): number {
  if (type === 'd') return view.getFloat32(at);
  if (type === 'l') return view.getInt32(at);
  if (type === 'U') return view.getUint8(at);
  if (type === 'L') return Number(view.getBigInt64(at));
  if (type === 'D') return view.getFloat64(at);
  return type === 'i' ? view.getInt8(at) : view.getInt16(at);
}
