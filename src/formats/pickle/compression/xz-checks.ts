/** The checks of an .xz block (https://tukaani.org/xz/xz-file-format.txt, sections 2.1.1.2 and 3.4). */
import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** A check by its number in the stream's flags. */
export interface XzCheck {
  /** Bytes behind each block. */
  readonly size: number;
  /** The check's value as it stands behind a block. */
  readonly of: (bytes: Uint8Array) => Uint8Array;
}

const checks: ReadonlyMap<number, XzCheck> = new Map([
  [0, { size: 0, of: () => new Uint8Array() }],
  [1, { size: 4, of: (bytes) => littleEndian(crc32(bytes)) }],
  [4, { size: 8, of: crc64 }],
  [10, { size: 32, of: (bytes) => hash('sha256', bytes, 'buffer') }],
]);

/** The check of a number; undefined for one that no encoder writes. */
export const xzCheck = (number: number): XzCheck | undefined => checks.get(number);

const littleEndian = (...words: number[]): Uint8Array => {
  const bytes = new DataView(new ArrayBuffer(4 * words.length));
  words.forEach((word, i) => bytes.setUint32(4 * i, word >>> 0, true));
  return new Uint8Array(bytes.buffer);
};

/** ECMA-182's polynomial, reflected: its low and high 32 bits. */
const POLYNOMIAL_LOW = 0xd7870f42;
const POLYNOMIAL_HIGH = 0xc96c5795;

/** CRC-64 of each byte, in halves. */
const LOW = new Uint32Array(256);
const HIGH = new Uint32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let low = byte;
  let high = 0;
  for (let bit = 0; bit < 8; bit++) {
    const carry = low & 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (carry) {
      low ^= POLYNOMIAL_LOW;
      high ^= POLYNOMIAL_HIGH;
    }
  }
  LOW[byte] = low;
  HIGH[byte] = high;
}

function crc64(bytes: Uint8Array): Uint8Array {
  let low = 0xffffffff;
  let high = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) {
    const entry = (low ^ bytes[i]) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ LOW[entry];
    high = (high >>> 8) ^ HIGH[entry];
  }
  return littleEndian(~low, ~high);
}
