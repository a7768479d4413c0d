/** The .xz container (https://tukaani.org/xz/xz-file-format.txt): streams of LZMA2 blocks, each with its check, and an index. */
import { crc32 } from 'node:zlib';
import { ModelFileError } from '../../../inference/model.js';
import { byteAt, damaged, decodeLzma2 } from './lzma2.js';
import type { Output } from './output.js';
import { type XzCheck, xzCheck } from './xz-checks.js';

const MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const FOOTER_MAGIC = [0x59, 0x5a];
const HEADER_BYTES = 12;
const FOOTER_BYTES = 12;
const LZMA2_FILTER = 0x21;
const COMPRESSED_SIZE = 0x40;
const UNCOMPRESSED_SIZE = 0x80;

/** What the index says of a block. Bytes, the first without padding. */
interface BlockSizes {
  readonly unpadded: number;
  readonly uncompressed: number;
}

/**
 * Decodes all streams. Every checksum of the file is verified: of headers, blocks, index and footer.
 * @throws ModelFileError where one is wrong, where filters besides LZMA2 are used, or the output's bound is passed
 */
export function decodeXz(bytes: Uint8Array, output: Output): void {
  let position = 0;
  do position = decodeStream(bytes, position, output);
  while (
    // Streams may follow one another, with zeros between, as `cat` and `xz` leave them.
    (position = skipZeros(bytes, position)) < bytes.length
  );
}

/** @returns the position behind the stream */
function decodeStream(bytes: Uint8Array, start: number, output: Output): number {
  expectBytes(bytes, start, MAGIC);
  const flags = bytes.subarray(start + 6, start + 8);
  verifyCrc(bytes, start + 6, 2, start + 8);
  const check = flags[0] === 0 ? xzCheck(byteAt(flags, 1)) : undefined;
  if (!check) throw new ModelFileError('the xz file has a kind of check that is not supported');
  const blocks: BlockSizes[] = [];
  let position = start + HEADER_BYTES;
  while (byteAt(bytes, position) !== 0) {
    const block = decodeBlock(bytes, position, check, output);
    blocks.push(block);
    position += padded(block.unpadded);
  }
  const indexBytes = verifyIndex(bytes, position, blocks);
  const footer = position + indexBytes;
  verifyCrc(bytes, footer + 4, 6, footer);
  const backward = 4 * (uint32At(bytes, footer + 4) + 1);
  if (backward !== indexBytes) throw damaged();
  expectBytes(bytes, footer + 8, [...flags, ...FOOTER_MAGIC]);
  return footer + FOOTER_BYTES;
}

function decodeBlock(bytes: Uint8Array, start: number, check: XzCheck, output: Output): BlockSizes {
  const header = blockHeader(bytes, start);
  const from = output.length;
  const dataStart = start + header.size;
  const dataEnd = decodeLzma2(bytes, dataStart, output);
  const [compressed, uncompressed] = [dataEnd - dataStart, output.length - from];
  if ((header.compressed ?? compressed) !== compressed) throw damaged();
  if ((header.uncompressed ?? uncompressed) !== uncompressed) throw damaged();
  const checkStart = dataStart + padded(compressed);
  expectZeros(bytes, dataEnd, checkStart);
  expectBytes(bytes, checkStart, check.of(output.bytes().subarray(from)));
  return { unpadded: header.size + compressed + check.size, uncompressed };
}

/** Reads a block's header, whose only filter must be LZMA2. */
function blockHeader(bytes: Uint8Array, start: number) {
  const size = 4 * (byteAt(bytes, start) + 1);
  const end = start + size - 4;
  verifyCrc(bytes, start, size - 4, end);
  const flags = byteAt(bytes, start + 1);
  const number = numbersAt(bytes, start + 2);
  const compressed = flags & COMPRESSED_SIZE ? number() : undefined;
  const uncompressed = flags & UNCOMPRESSED_SIZE ? number() : undefined;
  if ((flags & 0x3f) !== 0 || number() !== LZMA2_FILTER)
    throw new ModelFileError('the xz file uses filters besides LZMA2, which are not supported');
  const properties = number();
  if (properties !== 1) throw damaged();
  number();
  expectZeros(bytes, number.position(), end);
  return { size, compressed, uncompressed };
}

/** @returns the size of the index, in bytes */
function verifyIndex(bytes: Uint8Array, start: number, blocks: readonly BlockSizes[]): number {
  const number = numbersAt(bytes, start + 1);
  if (number() !== blocks.length) throw damaged();
  for (const { unpadded, uncompressed } of blocks)
    if (number() !== unpadded || number() !== uncompressed) throw damaged();
  const size = padded(number.position() - start);
  expectZeros(bytes, number.position(), start + size);
  verifyCrc(bytes, start, size, start + size);
  return size + 4;
}

/** Reads one number after another: up to nine bytes, seven bits each, the lowest first (section 1.2). */
function numbersAt(bytes: Uint8Array, start: number): (() => number) & { position: () => number } {
  let at = start;
  const next = (): number => {
    let value = 0;
    for (let i = 0; i < 9; i++) {
      const byte = byteAt(bytes, at++);
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    throw damaged();
  };
  return Object.assign(next, { position: () => at });
}

const padded = (size: number): number => 4 * Math.ceil(size / 4);

function skipZeros(bytes: Uint8Array, position: number): number {
  let at = position;
  while (bytes[at] === 0) at += 1;
  return at;
}

function expectZeros(bytes: Uint8Array, from: number, to: number): void {
  for (let at = from; at < to; at++) if (byteAt(bytes, at) !== 0) throw damaged();
}

function expectBytes(bytes: Uint8Array, position: number, expected: ArrayLike<number>): void {
  for (let i = 0; i < expected.length; i++) if (byteAt(bytes, position + i) !== expected[i]) throw damaged();
}

/** @param crcAt where the CRC-32 of the bytes stands */
function verifyCrc(bytes: Uint8Array, start: number, length: number, crcAt: number): void {
  if (start + length > bytes.length) throw damaged();
  if (crc32(bytes.subarray(start, start + length)) !== uint32At(bytes, crcAt)) throw damaged();
}

function uint32At(bytes: Uint8Array, position: number): number {
  if (position + 4 > bytes.length) throw damaged();
  return new DataView(bytes.buffer, bytes.byteOffset + position, 4).getUint32(0, true);
}
