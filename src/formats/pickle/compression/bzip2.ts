import Bunzip from 'seek-bzip';
import { ModelFileError } from '../../../inference/model.js';
import type { Output } from './output.js';

/** @throws ModelFileError where the data are damaged or the output's bound is passed */
export function decodeBzip2(bytes: Uint8Array, output: Output): void {
  try {
    Bunzip.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), output, true);
  } catch (error) {
    throw error instanceof ModelFileError
      ? error
      : new ModelFileError('the bzip2 file is damaged or cut short');
  }
}
