import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { INT64, modelOf, tensorInfo } from '../fixtures/onnx/build-model.js';

/** ONNX's number of the element type (TensorProto.DataType). */
const BOOL = 9;

export const ARITHMETIC = 'arithmetic';

/** Writes an ONNX model that returns 64-bit integers unchanged, and booleans negated. */
export function writeArithmeticModel(dir: string): string {
  const path = join(dir, `${ARITHMETIC}.onnx`);
  const bytes = modelOf({
    nodes: [
      { opType: 'Identity', inputs: ['i'], outputs: ['same'] },
      { opType: 'Not', inputs: ['b'], outputs: ['not'] },
    ],
    inputs: [tensorInfo('i', INT64, ['N', 1]), tensorInfo('b', BOOL, ['N', 1])],
    outputs: [tensorInfo('same', INT64, ['N', 1]), tensorInfo('not', BOOL, ['N', 1])],
  });
  writeFileSync(path, bytes);
  return path;
}
