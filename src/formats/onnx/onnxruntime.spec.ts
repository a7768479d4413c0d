import { expect, it } from 'vitest';
import { reasonOf } from './onnxruntime.js';

it.each([
  [
    'Load model from /tmp/a b/model.onnx failed:/onnxruntime_src/onnxruntime/core/graph/model.cc:123 onnxruntime::Model::Model(onnx::ModelProto&&, const PathString&) Unsupported  model IR version: 99',
    'Unsupported model IR version: 99',
  ],
  [
    "Non-zero status code returned while running Loop node. Name:'' Status Message: bad\nshape",
    "Non-zero status code returned while running Loop node. Name:'' Status Message: bad shape",
  ],
])('says in one line what onnxruntime says, without places in its source: %#', (message, reason) => {
  expect(reasonOf(new Error(message))).toBe(reason);
});

it('reads a name of any length once', () => {
  const reason = reasonOf(new Error(`node ${'n'.repeat(4_000_000)} is not valid`));
  expect(reason).toBe(`node ${'n'.repeat(200)}…`);
});
