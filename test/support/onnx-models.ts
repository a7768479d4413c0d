import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesField, varintField } from '../../src/formats/onnx/protobuf.js';
import { GRAPH, TENSOR } from '../../src/formats/onnx/onnx-schema.js';
import { FLOAT, INT64, int64Initializer, modelOf, tensorInfo } from '../fixtures/onnx/build-model.js';

/** A float initializer with its values as raw little-endian bytes. */
function initializer(name: string, values: Float32Array, dims: readonly number[]): Uint8Array {
  return bytesField(GRAPH.initializer, [
    ...dims.map((dim) => varintField(TENSOR.dims, dim)),
    varintField(TENSOR.dataType, FLOAT),
    bytesField(TENSOR.name, name),
    bytesField(RAW_DATA, [new Uint8Array(values.buffer)]),
  ]);
}

const RAW_DATA = 9;

/** Writes an ONNX model `y = x + constant` over rows of two numbers. */
export function writeAddingModel(dir: string, name: string, constant: number): string {
  return write(dir, name, {
    nodes: [{ opType: 'Add', inputs: ['x', 'c'], outputs: ['y'] }],
    graphFields: [initializer('c', Float32Array.of(constant), [1])],
    columns: 2,
  });
}

/** Writes an ONNX model that multiplies a row by a square matrix of ones, so large that its file has `megabytes`. */
export function writeLargeModel(dir: string, name: string, megabytes: number): string {
  const size = Math.floor(Math.sqrt((megabytes * 2 ** 20) / 4));
  return write(dir, name, {
    nodes: [{ opType: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
    graphFields: [initializer('w', new Float32Array(size * size).fill(1), [size, size])],
    columns: size,
  });
}

function write(
  dir: string,
  name: string,
  {
    nodes,
    graphFields,
    columns,
  }: { nodes: Parameters<typeof modelOf>[0]['nodes']; graphFields: Uint8Array[]; columns: number },
): string {
  const path = join(dir, name);
  const bytes = modelOf({
    nodes,
    graphFields,
    inputs: [tensorInfo('x', FLOAT, ['N', columns])],
    outputs: [tensorInfo('y', FLOAT, ['N', columns])],
  });
  writeFileSync(path, bytes);
  return path;
}

const BOOL = 9;

/** Writes an ONNX model `y = x + max(x)` over whole numbers, which counts to max(x) in a loop. */
export function writeCountingModel(dir: string, name: string): string {
  const path = join(dir, name);
  const bytes = modelOf({
    nodes: [
      { opType: 'ReduceMax', inputs: ['x'], outputs: ['largest'] },
      { opType: 'Reshape', inputs: ['largest', 'one'], outputs: ['times'] },
      {
        opType: 'Loop',
        inputs: ['times', '', 'zero'],
        outputs: ['sum'],
        graphs: {
          body: {
            nodes: [
              { opType: 'Identity', inputs: ['condition'], outputs: ['next'] },
              { opType: 'Add', inputs: ['before', 'one'], outputs: ['after'] },
            ],
            inputs: [
              tensorInfo('i', INT64, []),
              tensorInfo('condition', BOOL, []),
              tensorInfo('before', INT64, [1]),
            ],
            outputs: [tensorInfo('next', BOOL, []), tensorInfo('after', INT64, [1])],
          },
        },
      },
      { opType: 'Add', inputs: ['x', 'sum'], outputs: ['y'] },
    ],
    graphFields: [int64Initializer('zero', [0]), int64Initializer('one', [1])],
    inputs: [tensorInfo('x', INT64, ['N', 1])],
    outputs: [tensorInfo('y', INT64, ['N', 1])],
  });
  writeFileSync(path, bytes);
  return path;
}
