import { describe, expect, it } from 'vitest';
import {
  BFLOAT16,
  FLOAT,
  INT64,
  int64Initializer,
  modelOf,
  sequenceInfo,
  STRING,
  tensorInfo,
  type ModelParts,
} from '../../../test/fixtures/onnx/build-model.js';
import { readModel } from './onnx-model.js';
import { signatureOf } from './signature.js';

const y = tensorInfo('y', FLOAT, ['N', 1]);
const read = (parts: ModelParts, names?: readonly string[]) =>
  signatureOf(readModel(modelOf({ outputs: [y], ...parts })), names, undefined);
const featureNames = (parts: ModelParts, names?: readonly string[]) =>
  read(parts, names).signature.features?.map(({ name }) => name);

describe('signatureOf', () => {
  it('takes names, datatypes and shapes from the graph, symbolic sizes as -1', () => {
    const { signature } = read({
      inputs: [tensorInfo('image', FLOAT, ['N', 3, 'H', 8]), tensorInfo('id', INT64, [2])],
      outputs: [y, tensorInfo('label', STRING, ['N'])],
    });
    expect(signature).toEqual({
      inputs: [
        { name: 'image', datatype: 'FP32', shape: [-1, 3, -1, 8] },
        { name: 'id', datatype: 'INT64', shape: [2] },
      ],
      outputs: [
        { name: 'y', datatype: 'FP32', shape: [-1, 1] },
        { name: 'label', datatype: 'BYTES', shape: [-1] },
      ],
      defaultOutputs: ['y', 'label'],
      rows: 'free',
    });
  });

  it('leaves out inputs that have an initializer', () => {
    const inputs = [tensorInfo('x', FLOAT, ['N', 2]), tensorInfo('w', INT64, [1])];
    const { signature } = read({ inputs, graphFields: [int64Initializer('w', [1])] });
    expect(signature.inputs.map(({ name }) => name)).toEqual(['x']);
  });

  it('names the columns of one table f0, f1, …, or as told', () => {
    const inputs = [tensorInfo('x', FLOAT, ['N', 3])];
    expect(featureNames({ inputs })).toEqual(['f0', 'f1', 'f2']);
    expect(featureNames({ inputs }, ['a', 'b', 'c'])).toEqual(['a', 'b', 'c']);
  });

  it('gives a table of open width, or of unknown rank, the width of the names', () => {
    for (const shape of [['N', 'M'], undefined]) {
      const inputs = [tensorInfo('x', FLOAT, shape)];
      expect(read({ inputs }).signature.inputs[0].shape).toEqual([-1, -1]);
      expect(read({ inputs }).signature.features).toBeUndefined();
      expect(read({ inputs }, ['a', 'b']).signature.inputs[0].shape).toEqual([-1, 2]);
      expect(featureNames({ inputs }, ['a', 'b'])).toEqual(['a', 'b']);
    }
  });

  it('takes inputs of one column each for features of their names and datatypes', () => {
    const inputs = [tensorInfo('age', FLOAT, ['N', 1]), tensorInfo('job', STRING, ['N'])];
    expect(read({ inputs }).signature.features).toMatchObject([
      { name: 'age', datatype: 'FP32' },
      { name: 'job', datatype: 'BYTES' },
    ]);
  });

  it('has no features where rows are fixed, or inputs are of mixed widths', () => {
    expect(featureNames({ inputs: [tensorInfo('x', FLOAT, [1, 8])] })).toBeUndefined();
    const mixed = [tensorInfo('x', FLOAT, ['N', 1]), tensorInfo('z', FLOAT, ['N', 4])];
    expect(featureNames({ inputs: mixed })).toBeUndefined();
  });

  it('drops outputs that are not tensors, if at least one is', () => {
    const inputs = [tensorInfo('x', FLOAT, ['N', 2])];
    const { signature, dropped } = read({ inputs, outputs: [y, sequenceInfo('s')] });
    expect(signature.defaultOutputs).toEqual(['y']);
    expect(dropped).toEqual([{ name: 's', kind: 'sequence' }]);
    expect(() => read({ inputs, outputs: [sequenceInfo('s')] })).toThrow(
      'no output is a tensor: s is a sequence',
    );
  });

  const table = [tensorInfo('x', FLOAT, ['N', 2])];
  it.each<[string, ModelParts, readonly string[] | undefined, string]>([
    ['no inputs', {}, undefined, 'the model takes no input'],
    ['a sequence', { inputs: [sequenceInfo('s')] }, undefined, 'input s is a sequence, not a tensor'],
    [
      'bfloat16',
      { inputs: [tensorInfo('x', BFLOAT16, ['N', 2])] },
      undefined,
      'input x has element type 16 of ONNX',
    ],
    ['one name twice', { inputs: [...table, ...table] }, undefined, 'two inputs are named x'],
    [
      'the name __proto__',
      { inputs: [tensorInfo('__proto__', FLOAT, [1])] },
      undefined,
      'an input is named "__proto__"',
    ],
    ['too few names', { inputs: table }, ['a'], '1 feature names were given for 2 features'],
    [
      'names for an image',
      { inputs: [tensorInfo('x', FLOAT, [1, 2, 3])] },
      ['a'],
      'takes neither a table nor one column a feature',
    ],
    [
      'other names for named inputs',
      { inputs: [tensorInfo('a', FLOAT, ['N', 1]), tensorInfo('b', FLOAT, ['N', 1])] },
      ['b', 'a'],
      'the features have names of their own: a, b',
    ],
  ])('refuses %s', (_what, parts, names, message) => {
    expect(() => read(parts, names)).toThrow(message);
  });
});
