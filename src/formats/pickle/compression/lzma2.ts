/** LZMA2: chunks of LZMA data or plain bytes, as the block of an .xz file holds them. */
import { ModelFileError } from '../../../inference/model.js';
import { LzmaDecoder, lzmaProperties, type LzmaProperties } from './lzma.js';
import type { Output } from './output.js';
import { RangeDecoder } from './range-decoder.js';

/** LZMA2 allows no more literal bits; a decoder's table grows with them. */
const LITERAL_BITS = 4;

/**
 * Decodes chunks up to the end mark.
 * @returns the position behind it
 * @throws ModelFileError where they are damaged or the output's bound is passed
 */
export function decodeLzma2(bytes: Uint8Array, start: number, output: Output): number {
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
    if (control >= 0xc0) properties = lzma2Properties(byteAt(bytes, position++));
    if (control >= 0xa0 && properties) decoder = new LzmaDecoder(properties, output, dictionary);
    if (decoder === undefined) throw damaged();
    chunk(bytes, position, packed);
    decoder.decode(new RangeDecoder(bytes, position, position + packed), output.length + unpacked);
    position += packed;
  }
}

function lzma2Properties(byte: number): LzmaProperties {
  const properties = lzmaProperties(byte);
  if (properties.literalContextBits + properties.literalPositionBits > LITERAL_BITS) throw damaged();
  return properties;
}

function chunk(bytes: Uint8Array, position: number, size: number): Uint8Array {
  if (position + size > bytes.length) throw damaged();
  return bytes.subarray(position, position + size);
}

/** @throws ModelFileError behind the end */
export function byteAt(bytes: Uint8Array, position: number): number {
  const byte = bytes[position];
  if (byte === undefined) throw damaged();
  return byte;
}

export function damaged(): ModelFileError {
  return new ModelFileError('the xz file is damaged or cut short');
}
