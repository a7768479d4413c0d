/** The .xz container (https://tukaani.org/xz/xz-file-format.txt): one stream of LZMA2 blocks. */
import { ModelFileError } from '../../../inference/model.js';
import { LzmaDecoder, lzmaProperties, type LzmaProperties } from './lzma.js';
import type { Output } from './output.js';
import { RangeDecoder } from './range-decoder.js';

const HEADER_BYTES = 12;
const LZMA2_FILTER = 0x21;
/** Bytes of the check behind a block, by its number in the header. */
const CHECK_BYTES = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];

/**
 * Decodes the first stream. Checksums are passed over: the pickle inside is read as distrustfully as any.
 * @throws ModelFileError where it is damaged, uses filters besides LZMA2, or the output's bound is passed
 */
export function decodeXz(bytes: Uint8Array, output: Output): void {
  const check = CHECK_BYTES[(bytes[7] ?? 0) & 0x0f];
  let position = HEADER_BYTES;
  while (byteAt(bytes, position) !== 0) {
    position += blockHeader(bytes, position);
    const end = decodeLzma2(bytes, position, output);
    position = position + 4 * Math.ceil((end - position) / 4) + check;
  }
}

/** Checks that a block's only filter is LZMA2. @returns the header's size */
function blockHeader(bytes: Uint8Array, position: number): number {
  const size = 4 * (byteAt(bytes, position) + 1);
  const flags = byteAt(bytes, position + 1);
  let at = position + 2;
  if (flags & 0x40) at = skipNumber(bytes, at);
  if (flags & 0x80) at = skipNumber(bytes, at);
  if ((flags & 0x3f) !== 0 || byteAt(bytes, at) !== LZMA2_FILTER) {
    throw new ModelFileError('the xz file uses filters besides LZMA2, which are not supported');
  }
  return size;
}

/** A number of up to nine bytes, seven bits each. */
function skipNumber(bytes: Uint8Array, position: number): number {
  for (let i = 0; i < 9; i++) if (byteAt(bytes, position + i) < 0x80) return position + i + 1;
  throw damaged();
}

/** Decodes LZMA2 chunks up to the end mark. @returns the position behind it */
function decodeLzma2(bytes: Uint8Array, start: number, output: Output): number {
  let position = start;
  let dictionary = output.length;
  let properties: LzmaProperties | undefined;
  let decoder: LzmaDecoder | undefined;
  for (;;) {
    const control = byteAt(bytes, position);
    if (control === 0) return position + 1;
    if (control === 1 || control >= 0xe0) dictionary = output.length;
    if (control < 0x80) {
      if (control > 2) throw damaged();
      const size = 1 + 256 * byteAt(bytes, position + 1) + byteAt(bytes, position + 2);
      output.write(chunk(bytes, position + 3, size));
      position += 3 + size;
      continue;
    }
    const unpacked =
      1 + (control & 0x1f) * 65536 + 256 * byteAt(bytes, position + 1) + byteAt(bytes, position + 2);
    const packed = 1 + 256 * byteAt(bytes, position + 3) + byteAt(bytes, position + 4);
    position += 5;
    if (control >= 0xc0) properties = lzmaProperties(byteAt(bytes, position++));
    if (control >= 0xa0 && properties) decoder = new LzmaDecoder(properties, output, dictionary);
    if (decoder === undefined) throw damaged();
    chunk(bytes, position, packed);
    decoder.decode(new RangeDecoder(bytes, position, position + packed), output.length + unpacked);
    position += packed;
  }
}

function chunk(bytes: Uint8Array, position: number, size: number): Uint8Array {
  if (position + size > bytes.length) throw damaged();
  return bytes.subarray(position, position + size);
}

function byteAt(bytes: Uint8Array, position: number): number {
  if (position >= bytes.length) throw damaged();
  return bytes[position];
}

function damaged(): ModelFileError {
  return new ModelFileError('the xz file is damaged or cut short');
}
