import { describe, expect, it } from 'vitest';
import { definedPart, partText } from './defined-part.js';

const NAMES = new Set(['age', 'mass']);
const SHAPE = {
  id: 'value',
  instances: 'rows',
  inputs: [{ name: 'value', data: 'value', parameters: { size: 'value' } }],
} as const;

describe('definedPart', () => {
  it('is the body itself if all of it is defined', () => {
    const body = { id: 'a', instances: [[1, 'x'], { age: 2 }], inputs: [{ name: 'x', data: [[1]] }] };
    expect(definedPart(SHAPE, body)).toBe(body);
    expect(definedPart(SHAPE, body, NAMES)).toBe(body);
    const numbers = { inputs: [{ data: new Float64Array([1]) }] };
    expect(definedPart(SHAPE, numbers, NAMES)).toBe(numbers);
  });

  it('leaves out members that the protocol does not define, at any depth', () => {
    const inputs = [
      { name: 'x', data: new Float64Array([1.5]), pwd: 's', parameters: { size: 8, pwd: 's' } },
    ];
    const part = definedPart(SHAPE, { id: 'a', pwd: 's', __proto__: null, inputs });
    expect(partText(part)).toBe('{"id":"a","inputs":[{"name":"x","data":[1.5],"parameters":{"size":8}}]}');
  });

  it('leaves out an object in place of a value', () => {
    expect(definedPart(SHAPE, { id: { pwd: 's' }, inputs: { pwd: 's' } })).toEqual({});
  });

  it('leaves out members of a refused row that are not features', () => {
    const instances = [{ age: 1, pwd: 's', mass: { pwd: 's' } }, [1, { pwd: 's' }], 2];
    expect(definedPart(SHAPE, { instances }, NAMES)).toEqual({ instances: [{ age: 1 }, [1, {}], 2] });
  });

  it.each([['text'], [[1]], [null], [5]])('is undefined for %j in place of an object', (body) => {
    expect(definedPart(SHAPE, body)).toBeUndefined();
  });

  it('writes 64-bit integers with all digits', () => {
    expect(partText({ id: 2n ** 60n })).toBe('{"id":1152921504606846976}');
  });
});
