import { describe, expect, it } from 'vitest';
import { locateJsonFault } from './json-fault.js';

describe('locateJsonFault', () => {
  it.each([
    ['', 0, []],
    ['hello', 0, []],
    ['NaN', 0, []],
    ['[1, NaN, 2]', 4, [1]],
    ['[1,-Infinity]', 3, [1]],
    ['[1,2', 4, [1]],
    ['[1,2,]', 5, [2]],
    ['[1 2]', 3, [0]],
    ['[01]', 2, [0]],
    ['[1.]', 2, [0]],
    ['[]]', 2, []],
    ['[[],[{}],x]', 9, [2]],
    ['[1] 2', 4, []],
    ['{"a": {"b\\u0021": [0, undefined]}}', 22, ['a', 'b!', 1]],
    ['{"a":1,}', 7, ['a']],
    ['{a:1}', 1, ['']],
    ['{"a" 1}', 5, ['a']],
    ['{"a":]', 5, ['a']],
    ["['a']", 1, [0]],
    ['["a\tb"]', 3, [0]],
    ['["\\x"]', 2, [0]],
    ['["open', 6, [0]],
  ])('%j stops being JSON at %i, in %j', (text, offset, path) => {
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
    expect(locateJsonFault(text)).toEqual({ offset, path });
  });

  it('accepts deep nesting', () => {
    const { offset, path } = locateJsonFault('['.repeat(500_000));
    expect([offset, path.length]).toEqual([500_000, 500_000]);
  });

  it.each(['[1e5,-0.5E-3,true,false,null,"é\\n\\ud83d",{"":[]}]', ' {} ', '"x"'])(
    'finds no fault in %s',
    (text) => {
      expect(() => JSON.parse(text) as unknown).not.toThrow();
      expect(locateJsonFault(text)).toEqual({ offset: text.length, path: [] });
    },
  );
});
