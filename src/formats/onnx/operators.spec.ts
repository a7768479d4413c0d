import { describe, expect, it } from 'vitest';
import { FLOAT, modelOf, tensorInfo } from '../../../test/fixtures/onnx/build-model.js';
import { countOperators } from './operators.js';
import { bytesField } from './protobuf.js';

const io = { inputs: [tensorInfo('x', FLOAT, ['N', 2])], outputs: [tensorInfo('y', FLOAT, ['N', 2])] };
const node = (opType: string, domain?: string) => ({
  opType,
  inputs: ['x'],
  outputs: ['y'],
  ...(domain && { domain }),
});

describe('countOperators', () => {
  it('counts the operators of every built-in domain', () => {
    const model = modelOf({
      ...io,
      nodes: [node('Neg'), node('Neg', 'ai.onnx'), node('Scaler', 'ai.onnx.ml')],
    });
    expect([...countOperators(model)]).toEqual([
      ['Neg', 2],
      ['Scaler', 1],
    ]);
  });

  it('refuses an operator of a custom domain by name', () => {
    expect(() => countOperators(modelOf({ ...io, nodes: [node('Foo', 'my.ops')] }))).toThrow(
      'operator Foo of the custom domain my.ops is not part of onnxruntime',
    );
  });

  it('takes one that the file itself defines', () => {
    const definition = bytesField(25, [bytesField(1, 'Foo'), bytesField(10, 'my.ops')]);
    const model = modelOf({ ...io, nodes: [node('Foo', 'my.ops')], modelFields: [definition] });
    expect([...countOperators(model)]).toEqual([['Foo', 1]]);
  });

  it('finds a custom operator inside the graph of an attribute', () => {
    const inner = bytesField(6, [bytesField(1, [bytesField(4, 'Bar'), bytesField(7, 'evil')])]);
    const outer = bytesField(1, [bytesField(4, 'If'), bytesField(5, [bytesField(1, 'then_branch'), inner])]);
    expect(() => countOperators(modelOf({ ...io, graphFields: [outer] }))).toThrow(
      'operator Bar of the custom domain evil',
    );
  });

  it('refuses graphs nested without end', () => {
    let graph = bytesField(6, []);
    for (let depth = 0; depth < 60; depth++) graph = bytesField(6, [bytesField(1, [bytesField(5, [graph])])]);
    const outer = bytesField(1, [bytesField(4, 'If'), bytesField(5, [graph])]);
    expect(() => countOperators(modelOf({ ...io, graphFields: [outer] }))).toThrow(
      'nests deeper than 100 levels',
    );
  });
});
