import { describe, expect, it } from 'vitest';
import type { Feature, Signature } from '../../inference/model.js';
import { cellValue, csvColumns } from './csv.js';

const numbers = (...names: string[]): Signature => ({
  inputs: [],
  outputs: [],
  defaultOutputs: [],
  features: names.map((name) => ({ name, datatype: 'FP64' })),
});
const of = (datatype: Feature['datatype']): Feature => ({ name: 'x', datatype });

describe('csvColumns', () => {
  it('finds each feature by the header', () => {
    expect(csvColumns('b, a ', numbers('a', 'b'))).toEqual({ hasHeader: true, width: 2, cells: [1, 0] });
  });

  it('reads the cells in order if there is no header', () => {
    const inOrder = { hasHeader: false, width: 2, cells: [0, 1] };
    expect(csvColumns('1,2', numbers('a', 'b'))).toEqual(inOrder);
    expect(csvColumns('1,x', numbers('a', 'b'))).toEqual(inOrder);
    expect(csvColumns('a,b', numbers('a', 'b'), 'absent')).toEqual(inOrder);
  });

  it('reads the cells in order if the model has no feature names', () => {
    expect(csvColumns('p,q', { ...numbers('f0', 'f1'), unnamed: true })).toEqual({
      hasHeader: true,
      width: 2,
      cells: [0, 1],
    });
  });

  it('accepts a missing feature that the model ignores', () => {
    const { features } = numbers('a', 'b');
    const signature = { ...numbers(), features: [features![0], { ...features![1], ignored: true }] };
    expect(csvColumns('a', signature)).toEqual({ hasHeader: true, width: 1, cells: [0, -1] });
  });

  it('never takes a record of numbers for a header, whatever the features are called', () => {
    const inOrder = { hasHeader: false, width: 3, cells: [0, 1, 2] };
    for (const record of ['0,1,2', '5,0,1', '1,,NaN', ',,', 'True,False,1'])
      expect(csvColumns(record, numbers('0', '1', '2'))).toEqual(inOrder);
    expect(csvColumns('2,1,0', numbers('0', '1', '2'), 'present')).toMatchObject({ cells: [2, 1, 0] });
  });

  it.each([
    ['a', undefined, 'b is missing'],
    ['a,b,c', undefined, 'unknown feature "c"'],
    ['a,b,a', undefined, '"a" is duplicate'],
    ['x,y', undefined, 'a is missing'],
    ['1,2', 'present', 'a is missing'],
    ['"a', undefined, 'not CSV'],
  ] as const)('rejects the header %s', (header, setting, reason) => {
    expect(() => csvColumns(header, numbers('a', 'b'), setting)).toThrow(reason);
  });
});

describe('cellValue', () => {
  it.each([
    ['', 'FP64', null],
    ['', 'BYTES', null],
    [' -1.5e3 ', 'FP64', -1500],
    ['.5', 'FP32', 0.5],
    ['NaN', 'FP64', NaN],
    ['0x10', 'FP64', '0x10'],
    ['Infinity', 'FP64', 'Infinity'],
    ['9007199254740993', 'INT64', 9007199254740993n],
    ['+7', 'UINT64', 7n],
    ['1.0', 'INT64', 1],
    ['TRUE', 'BOOL', true],
    [' True', 'FP64', true],
    ['false', 'INT64', false],
    ['True', 'BYTES', 'True'],
    ['0', 'BOOL', 0],
    [' 1 ', 'BYTES', ' 1 '],
  ] as const)('%j as %s', (cell, datatype, value) => {
    expect(cellValue(cell, of(datatype))).toBe(value);
  });
});

describe('text that takes long to read', () => {
  it('is text if it is not a number, even after a million digits', () => {
    const cell = `${'1'.repeat(1_000_000)}x`;
    expect(cellValue(cell, of('FP64'))).toBe(cell);
  });

  it('is rejected if it is too long for the features of the model', () => {
    const names = Array.from({ length: 100_000 }, (_, i) => `name${i}`).join();
    expect(() => csvColumns(names, numbers('a', 'b'))).toThrow(
      'the first line has 988889 characters; a line for the 2 features of the model has at most 66048',
    );
    expect(() => csvColumns(names.slice(0, 20_000), numbers('name0', 'b'))).toThrow(
      /^the header does not fit the model: b is missing; unknown feature "name1"; .*; unknown feature "name20"$/,
    );
  });
});
