import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesField, varintField } from '../../src/formats/onnx/protobuf.js';
import { GRAPH, TENSOR } from '../../src/formats/onnx/onnx-schema.js';
import { FLOAT, modelOf, tensorInfo } from '../fixtures/onnx/build-model.js';

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
