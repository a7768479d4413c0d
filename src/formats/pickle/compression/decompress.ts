/** The compressions that joblib and scripts use for pickles, recognised by their first bytes. */
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { ModelFileError } from '../../../inference/model.js';
import { decodeBzip2 } from './bzip2.js';
import { decodeLz4 } from './lz4.js';
import { decodeLzmaAlone } from './lzma.js';
import { Output, tooLarge } from './output.js';
import { decodeXz } from './xz.js';

export type Compression = 'gzip' | 'zlib' | 'zfile' | 'bzip2' | 'xz' | 'lzma' | 'lz4';

/** Files of joblib before 0.10: "ZF", the size in hexadecimal padded to 19 characters, zlib data. */
const ZFILE_HEADER = 2 + 19;

const MAGIC: readonly (readonly [Compression, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b, 0x08]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['lzma', [0x5d, 0x00, 0x00]],
  ['lz4', [0x04, 0x22, 0x4d, 0x18]],
  ['zfile', [0x5a, 0x46, 0x30, 0x78]],
];

const DECODERS: Readonly<Record<Compression, (bytes: Uint8Array, limit: number) => Promise<Uint8Array>>> = {
  gzip: (bytes, limit) => deflated(promisify(gunzip), bytes, limit),
  zlib: (bytes, limit) => deflated(promisify(inflate), bytes, limit),
  zfile: (bytes, limit) => {
    const start = bytes[ZFILE_HEADER] === 0x20 ? ZFILE_HEADER + 1 : ZFILE_HEADER;
    return deflated(promisify(inflate), bytes.subarray(start), limit);
  },
  bzip2: (bytes, limit) => collected(decodeBzip2, bytes, limit),
  xz: (bytes, limit) => collected(decodeXz, bytes, limit),
  lzma: (bytes, limit) => collected(decodeLzmaAlone, bytes, limit),
  lz4: decodeLz4,
};

/** The compression that a file begins with; undefined for none. */
export function compressionOf(head: Uint8Array): Compression | undefined {
  const zlib =
    head.length > 2 && (head[0] & 0x0f) === 8 && head[0] >> 4 === 7 && (head[0] * 256 + head[1]) % 31 === 0;
  if (zlib && (head[1] & 0x20) === 0) return 'zlib';
  return MAGIC.find(([, magic]) => magic.every((byte, i) => head[i] === byte))?.[0];
}

/**
 * The decompressed bytes, or the bytes themselves if they are not compressed.
 * @throws ModelFileError if they are damaged or expand to more than `limit` bytes
 */
export async function decompress(bytes: Uint8Array, limit: number): Promise<Uint8Array> {
  const compression = compressionOf(bytes);
  return compression === undefined ? bytes : DECODERS[compression](bytes, limit);
}

async function deflated(
  decode: (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Uint8Array>,
  bytes: Uint8Array,
  limit: number,
): Promise<Uint8Array> {
  try {
    return await decode(bytes, { maxOutputLength: limit });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limit);
    throw new ModelFileError('the compressed file is damaged or cut short');
  }
}

async function collected(
  decode: (bytes: Uint8Array, output: Output) => void,
  bytes: Uint8Array,
  limit: number,
): Promise<Uint8Array> {
  const output = new Output(limit);
  decode(bytes, output);
  return output.bytes();
}
