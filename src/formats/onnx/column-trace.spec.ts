import { describe, expect, it } from 'vitest';
import {
  FLOAT,
  INT64,
  int64Initializer,
  modelOf,
  tensorInfo,
  type NodeParts,
} from '../../../test/fixtures/onnx/build-model.js';
import { ColumnTrace } from './column-trace.js';
import { readModel } from './onnx-model.js';

const ML = 'ai.onnx.ml';
const outputs = [tensorInfo('y', FLOAT, ['N', 1])];
const node = (
  opType: string,
  inputs: string[],
  output: string,
  parts: Partial<NodeParts> = {},
): NodeParts => ({
  opType,
  inputs,
  outputs: [output],
  ...parts,
});

function traceOf(nodes: NodeParts[], inputs: Uint8Array[], graphFields: Uint8Array[] = []) {
  return new ColumnTrace(readModel(modelOf({ nodes, inputs, outputs, graphFields })).graph);
}

const table = [tensorInfo('x', FLOAT, ['N', 3])];
const accepts = (trace: ColumnTrace, tensor: string, width: number) =>
  Array.from({ length: width }, (_, column) => trace.use(tensor, column).acceptsMissing);

describe('ColumnTrace', () => {
  it('tells the columns that an imputer fills from those that it does not see', () => {
    const trace = traceOf(
      [
        node('ArrayFeatureExtractor', ['x', 'some'], 'a', { domain: ML }),
        node('ArrayFeatureExtractor', ['x', 'others'], 'b', { domain: ML }),
        node('Imputer', ['a'], 'c', { domain: ML }),
        node('Concat', ['b', 'c'], 'd'),
        node('LinearRegressor', ['d'], 'y', { domain: ML }),
      ],
      table,
      [int64Initializer('some', [2, 0]), int64Initializer('others', [1])],
    );
    expect(accepts(trace, 'x', 3)).toEqual([true, false, true]);
  });

  it('follows single columns through their concatenation', () => {
    const trace = traceOf(
      [
        node('Concat', ['p', 'q'], 'pq'),
        node('Gather', ['pq', 'first'], 'a', { ints: {} }),
        node('Identity', ['pq'], 'same'),
        node('Imputer', ['same'], 'c', { domain: ML }),
      ],
      [tensorInfo('p', FLOAT, ['N', 1]), tensorInfo('q', FLOAT, ['N', 1])],
      [int64Initializer('first', [0])],
    );
    // A Gather without axis 1 picks rows, so where the columns go is unknown.
    expect([accepts(trace, 'p', 1), accepts(trace, 'q', 1)]).toEqual([[false], [false]]);
  });

  it('takes trees for tolerant that learned a branch for missing values', () => {
    const trees = (tracks: number[]) =>
      traceOf(
        [
          node('TreeEnsembleRegressor', ['x'], 'y', {
            domain: ML,
            ints: { nodes_missing_value_tracks_true: tracks },
          }),
        ],
        table,
      );
    expect(accepts(trees([0, 1]), 'x', 1)).toEqual([true]);
    expect(accepts(trees([0, 0]), 'x', 1)).toEqual([false]);
  });

  it('counts a column that nothing uses as accepting, unless an inner graph may use it or it is an answer', () => {
    expect(accepts(traceOf([], table), 'x', 1)).toEqual([true]);
    expect(accepts(traceOf([node('If', ['k'], 'y')], table), 'x', 1)).toEqual([false]);
    expect(accepts(traceOf([node('Identity', ['x'], 'y')], table), 'x', 1)).toEqual([false]);
  });

  it('gives the categories of the encoder that takes a column', () => {
    const trace = traceOf(
      [
        node('OneHotEncoder', ['job'], 'a', { domain: ML, strings: { cats_strings: ['clerk', 'cook'] } }),
        node('Reshape', ['code', 's'], 'c'),
        node('OneHotEncoder', ['c'], 'b', { domain: ML, ints: { cats_int64s: [3, 5] } }),
      ],
      [tensorInfo('job', FLOAT, ['N', 1]), tensorInfo('code', INT64, ['N', 1])],
    );
    expect(trace.use('job', 0)).toEqual({ acceptsMissing: false, categories: ['clerk', 'cook'] });
    expect(trace.use('code', 0).categories).toEqual([3, 5]);
  });

  it('knows nothing of operators of other domains, and ends on a cycle', () => {
    expect(accepts(traceOf([node('Imputer', ['x'], 'a', { domain: 'my.ops' })], table), 'x', 1)).toEqual([
      false,
    ]);
    const cycle = traceOf([node('Identity', ['x'], 'a'), node('Identity', ['a'], 'x')], table);
    expect(accepts(cycle, 'x', 1)).toEqual([false]);
  });
});
