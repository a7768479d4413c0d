import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  FLOAT,
  modelOf,
  sequenceInfo,
  tensorInfo,
  type NodeParts,
} from '../../../test/fixtures/onnx/build-model.js';
import { readModel } from './onnx-model.js';
import { bytesField, readFields, varintField } from './protobuf.js';
import { cutZipMaps, findZipMaps } from './zipmap.js';

const zipMap = (parts: Partial<NodeParts> = {}): NodeParts => ({
  opType: 'ZipMap',
  domain: 'ai.onnx.ml',
  inputs: ['p'],
  outputs: ['z'],
  strings: { classlabels_strings: ['no', 'yes'] },
  ...parts,
});
const io = { inputs: [tensorInfo('p', FLOAT, ['N', 2])], outputs: [sequenceInfo('z')] };

function rawFields(message: Uint8Array): string[] {
  return [...readFields(message)].map(({ number, raw }) => `${number}:${Buffer.from(raw).toString('hex')}`);
}

describe('findZipMaps', () => {
  it('reads labels of either kind', () => {
    const ints = zipMap({ strings: {}, ints: { classlabels_int64s: [0, 7] } });
    expect(findZipMaps(readModel(modelOf({ ...io, nodes: [zipMap()] })))[0].labels).toEqual(['no', 'yes']);
    expect(findZipMaps(readModel(modelOf({ ...io, nodes: [ints] })))[0].labels).toEqual([0, 7]);
  });

  it('refuses maps that another node takes, and a ZipMap without labels', () => {
    const taken = modelOf({ ...io, nodes: [zipMap(), { opType: 'Foo', inputs: ['z'], outputs: ['q'] }] });
    expect(() => findZipMaps(readModel(taken))).toThrow(
      'output z is a sequence of maps that other nodes use too',
    );
    const bare = modelOf({ ...io, nodes: [zipMap({ strings: {} })] });
    expect(() => findZipMaps(readModel(bare))).toThrow('the ZipMap that makes output z has no labels');
  });

  it('leaves an operator of the same name in another domain alone', () => {
    expect(findZipMaps(readModel(modelOf({ ...io, nodes: [zipMap({ domain: 'my.ops' })] })))).toEqual([]);
  });
});

describe('cutZipMaps', () => {
  it('puts an Identity in its place, and turns the output into a float tensor [rows, classes]', () => {
    const bytes = modelOf({ ...io, nodes: [zipMap()] });
    const model = readModel(bytes);
    const { graph } = readModel(cutZipMaps(bytes, model, findZipMaps(model)));
    expect(
      graph.nodes.map(({ opType, domain, inputs, outputs }) => ({ opType, domain, inputs, outputs })),
    ).toEqual([{ opType: 'Identity', domain: '', inputs: ['p'], outputs: ['z'] }]);
    expect(graph.outputs).toEqual([{ name: 'z', type: { kind: 'tensor', elemType: FLOAT, shape: [-1, 2] } }]);
  });

  it('keeps every other field of model and graph byte-exactly, those it does not know included', () => {
    const bytes = modelOf({
      ...io,
      nodes: [{ opType: 'Neg', inputs: ['q'], outputs: ['p'] }, zipMap()],
      graphFields: [bytesField(16, 'unknown to this reader'), varintField(4000, 5)],
      modelFields: [bytesField(14, [bytesField(1, 'k'), bytesField(2, 'v')]), varintField(900, 2 ** 40)],
    });
    const model = readModel(bytes);
    const cut = cutZipMaps(bytes, model, findZipMaps(model));
    const graphOf = (message: Uint8Array) =>
      [...readFields(message)].find(({ number }) => number === 7)!.bytes;
    const others = (fields: string[]) => fields.filter((field) => !field.startsWith('7:'));
    expect(others(rawFields(cut))).toEqual(others(rawFields(bytes)));
    const before = rawFields(graphOf(bytes));
    const after = rawFields(graphOf(cut));
    expect(after.map((field, index) => field === before[index])).toEqual([
      true,
      false,
      true,
      false,
      true,
      true,
    ]);
  });

  it('imports operators of ONNX where the file imports only ai.onnx.ml', () => {
    const bytes = modelOf({ ...io, nodes: [zipMap()], opsets: { 'ai.onnx.ml': 3 } });
    const model = readModel(bytes);
    const { opsets } = readModel(cutZipMaps(bytes, model, findZipMaps(model)));
    expect(Object.fromEntries(opsets)).toEqual({ 'ai.onnx.ml': 3, '': 13 });
  });

  it('changes what skl2onnx writes by its two fields only', () => {
    const bytes = readFileSync('test/fixtures/onnx/iris-logistic-zipmap.onnx');
    const model = readModel(bytes);
    const cut = readModel(cutZipMaps(bytes, model, findZipMaps(model)));
    expect(cut.graph.nodes.map(({ opType }) => opType)).toEqual([
      'LinearClassifier',
      'Identity',
      'Normalizer',
      'Identity',
    ]);
    expect([...cut.opsets]).toEqual([...model.opsets]);
  });
});
