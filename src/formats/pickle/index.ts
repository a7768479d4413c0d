/**
 * Reads Python's files as data: pickles of protocols 0 to 5 and joblib's, plain or compressed. Nothing in the file is
 * executed: its opcodes move plain values, and its names are looked up in a closed list.
 *
 * Why not npm's pickleparser (0.2): it creates and calls a callable for any name, merges states into plain objects
 * (where `__proto__` is special), and limits neither memory, memo nor depth. It has no numpy, and cannot read joblib's
 * arrays, which are raw bytes between the opcodes.
 */
import { decompress } from './compression/decompress.js';
import type { PyValue } from './values.js';
import { ByteReader } from './byte-reader.js';
import type { Libraries } from './libraries.js';
import { Budget, DEFAULT_LIMITS, type PickleLimits } from './limits.js';
import { Machine } from './machine.js';
import { OPCODES } from './opcodes.js';
import { ClosedWorld } from './world.js';

export { DEFAULT_LIMITS, type PickleLimits } from './limits.js';

/**
 * The value that a file holds.
 * @param bytes the whole file
 * @param libraries those whose classes the file may name
 * @throws ModelFileError in one line: a class that is not admitted, a damaged file, an exceeded limit
 */
export async function readPickle(
  bytes: Uint8Array,
  libraries: Libraries,
  limits: PickleLimits = DEFAULT_LIMITS,
): Promise<PyValue> {
  const plain = await decompressed(bytes, limits);
  return new Machine(
    new ByteReader(plain),
    new Budget(limits, plain.length),
    new ClosedWorld(libraries),
    OPCODES,
  ).run();
}

/** The pickle inside a compressed file. @throws ModelFileError if it is damaged or expands too much */
export function decompressed(bytes: Uint8Array, limits: PickleLimits): Promise<Uint8Array> {
  const { decompressedBytes, decompressedFree, decompressionRatio } = limits;
  return decompress(bytes, Math.min(decompressedBytes, decompressedFree + decompressionRatio * bytes.length));
}
