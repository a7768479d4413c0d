import { inflateSync, gunzipSync, constants } from 'node:zlib';
import { compressionOf } from './compression/decompress.js';

/** A class in protocols 0 and 1: at the start of the file, or after a mark or an empty container. */
const CLASS_FIRST = /^c[A-Za-z_][\w.]*\n[A-Za-z_]\w*\n/;
const CLASS_WITHIN = /^[(\])}][^]*[ci][A-Za-z_][\w.]*\n[A-Za-z_]\w*\n/;
/** From protocol 2 on, its number is the second byte. Future ones are recognised too, and then rejected by number. */
const MAX_PROTOCOL = 15;

/**
 * Recognises a pickle by its first bytes, compressed or not.
 * @returns a description, "a Python pickle" or "a Python pickle (gzip)"; undefined for anything else
 */
export function kindOfPickle(head: Uint8Array): string | undefined {
  const compression = compressionOf(head);
  if (compression === undefined) return isPickle(head) ? 'a Python pickle' : undefined;
  if (compression === 'gzip' || compression === 'zlib') {
    const inside = beginning(head, compression === 'gzip' ? gunzipSync : inflateSync);
    if (inside === undefined || !isPickle(inside)) return undefined;
  }
  return `a Python pickle (${compression})`;
}

function isPickle(head: Uint8Array): boolean {
  if (head[0] === 0x80) return head.length > 1 && head[1] >= 2 && head[1] <= MAX_PROTOCOL;
  const text = Buffer.from(head.subarray(0, 4096)).toString('latin1');
  return CLASS_FIRST.test(text) || CLASS_WITHIN.test(text);
}

/** The part of a deflated stream that the available bytes contain. */
function beginning(head: Uint8Array, inflate: typeof inflateSync): Uint8Array | undefined {
  try {
    return inflate(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 64 * 2 ** 20 });
  } catch (error) {
    return (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? new Uint8Array() : undefined;
  }
}
