/**
 * LZ4 frames (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md), decoded by lz4-napi after their size was
 * checked.
 */
import { decompressFrame } from 'lz4-napi';
import { ModelFileError } from '../../../inference/model.js';
import { tooLarge } from './output.js';

/** Largest size of a block by its code in the frame's header. */
const BLOCK_BYTES: Readonly<Record<number, number>> = { 4: 2 ** 16, 5: 2 ** 18, 6: 2 ** 20, 7: 2 ** 22 };
/** One byte of a sequence stands for at most 255 of output. */
const MAX_RATIO = 255;
const UNCOMPRESSED = 0x80000000;

/** @throws ModelFileError if the frame is damaged or could expand to more than `limit` bytes */
export async function decodeLz4(bytes: Uint8Array, limit: number): Promise<Uint8Array> {
  if (largestSize(bytes) > limit) throw tooLarge(limit);
  try {
    return await decompressFrame(bytes);
  } catch {
    throw damaged();
  }
}

/** Maximum decoded size of the frame: per block, what its size code and its bytes allow. */
function largestSize(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 11) throw damaged();
  const flags = bytes[4];
  const blockBytes = BLOCK_BYTES[(bytes[5] >> 4) & 7];
  if (flags >> 6 !== 1 || blockBytes === undefined) throw damaged();
  const blockCheck = flags & 0x10 ? 4 : 0;
  let position = 7 + (flags & 0x08 ? 8 : 0) + (flags & 0x01 ? 4 : 0);
  let total = 0;
  for (;;) {
    if (position + 4 > bytes.length) throw damaged();
    const size = view.getUint32(position, true);
    if (size === 0) return total;
    const length = size % UNCOMPRESSED;
    total += Math.min(blockBytes, MAX_RATIO * length + 64);
    position += 4 + length + blockCheck;
  }
}

function damaged(): ModelFileError {
  return new ModelFileError('the lz4 file is damaged or cut short');
}
