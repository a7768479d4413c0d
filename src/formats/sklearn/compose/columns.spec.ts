import { describe, expect, it } from 'vitest';
import { estimator, floats, mask, objects } from '../../../../test/support/sklearn.js';
import { PyFunction, PyList, PySlice, type PyValue } from '../../pickle/values.js';
import { resolveColumns } from './columns.js';

const NAMES = ['age', 'town', 'income', 'job'];
const resolve = (selection: PyValue, names?: string[]) =>
  resolveColumns(estimator('ColumnTransformer', {}), selection, 4, names);

describe('resolveColumns', () => {
  it.each<[string, PyValue, number[]]>([
    ['a name', 'income', [2]],
    ['a position', 1, [1]],
    ['a position from the end', -1, [3]],
    ['names', new PyList(['job', 'age']), [3, 0]],
    ['an array of names', objects('job', 'age'), [3, 0]],
    ['positions', floats([2, 0]), [2, 0]],
    ['a mask', mask(true, false, false, true), [0, 3]],
    ['a list as mask', new PyList([false, true, false, false]), [1]],
    ['none at all', new PyList([]), []],
    ['a slice of positions, its end left out', new PySlice(0, 2, null), [0, 1]],
    ['a slice from the end', new PySlice(-2, null, null), [2, 3]],
    ['a slice by twos, backwards', new PySlice(null, null, -2), [3, 1]],
    ['a slice beyond the end', new PySlice(1, 99, 2), [1, 3]],
    ['a slice of names, its end included', new PySlice('town', 'job', null), [1, 2, 3]],
    ['a slice of names from the start', new PySlice(null, 'town', null), [0, 1]],
    ['the list that later versions keep', estimator('_RemainderColsList', { data: [1, 3] }), [1, 3]],
  ])('%s', (_, selection, positions) => {
    expect(resolve(selection, NAMES)).toEqual(positions);
  });

  it('refuses what names no column', () => {
    expect(() => resolve('street', NAMES)).toThrow(
      'ColumnTransformer: the column "street" cannot be evaluated',
    );
    expect(() => resolve(4)).toThrow('the column 4');
    expect(() => resolve('age')).toThrow('the column "age"');
    expect(() => resolve(mask(true))).toThrow('a mask of 1 for 4 columns');
    expect(() => resolve(new PyFunction('numpy.mean'))).toThrow('the column <function numpy.mean>');
  });
});
