import { expect, it } from 'vitest';
import { ARGUMENTS } from './opcode-arguments.js';
import { OPCODES } from './opcodes.js';

it('knows the arguments of exactly the instructions that there are: 68 in protocols 0 to 5', () => {
  const known = [...ARGUMENTS.keys()].sort((a, b) => a - b);
  expect(known).toEqual(OPCODES.flatMap((handler, code) => (handler === undefined ? [] : [code])));
  expect(known.length).toBe(68);
});
