import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isOnnx } from './recognise.js';

const forest = readFileSync('test/fixtures/onnx/iris-forest.onnx');
const bytes = (text: string) => new TextEncoder().encode(text);

describe('isOnnx', () => {
  it('knows a model by a beginning of any length that reaches past its IR version', () => {
    const unknown: number[] = [];
    for (let length = 2; length <= forest.length; length += length < 100 ? 1 : 97) {
      if (!isOnnx(forest.subarray(0, length))) unknown.push(length);
    }
    expect(unknown).toEqual([]);
  });

  it.each([
    ['nothing', bytes('')],
    ['text', bytes('hello world\n')],
    ['JSON', bytes('{"modelTopology": {}}')],
    ['a pickle', Uint8Array.of(0x80, 4, 0x95, 0x10, 0, 0, 0, 0, 0, 0, 0)],
    ['a zip', bytes('PK\u0003\u0004\u0014\u0000')],
    ['a TensorFlow GraphDef', Uint8Array.of(0x0a, 3, 0x0a, 1, 0x61)],
    ['a message whose graph holds numbers', Uint8Array.of(0x08, 8, 0x3a, 2, 0x08, 1)],
    ['IR version 0', Uint8Array.of(0x08, 0, 0x12, 1, 0x61)],
  ])('does not take %s for one', (_what, head) => {
    expect(isOnnx(head)).toBe(false);
  });
});
