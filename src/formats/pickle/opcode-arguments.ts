/**
 * The argument of each opcode, from Python's pickletools: a number of bytes, a number of lines, or a size field with
 * that many bytes after it.
 */
export type Argument =
  | { readonly bytes: number }
  | { readonly lines: number }
  | { readonly sized: 1 | 4 | 8; readonly text?: true };

const LETTERS = Array.from('()012NQRabdelostu}].', (code) => code.charCodeAt(0));
const LATER = [0x81, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8f, 0x90, 0x91, 0x92, 0x93, 0x94, 0x97, 0x98];

export const ARGUMENTS: ReadonlyMap<number, Argument> = new Map<number, Argument>([
  ...each([...LETTERS, ...LATER], { bytes: 0 }),
  ...each([0x4b, 0x80, 0x68, 0x71, 0x82], { bytes: 1 }),
  ...each([0x4d, 0x83], { bytes: 2 }),
  ...each([0x4a, 0x6a, 0x72, 0x84], { bytes: 4 }),
  ...each([0x47, 0x95], { bytes: 8 }),
  ...each([0x46, 0x49, 0x4c, 0x50, 0x53, 0x56, 0x67, 0x70], { lines: 1 }),
  ...each([0x63, 0x69], { lines: 2 }),
  ...each([0x43, 0x8a], { sized: 1 }),
  ...each([0x55, 0x8c], { sized: 1, text: true }),
  ...each([0x42, 0x8b], { sized: 4 }),
  ...each([0x54, 0x58], { sized: 4, text: true }),
  ...each([0x8e, 0x96], { sized: 8 }),
  ...each([0x8d], { sized: 8, text: true }),
]);

function each(codes: readonly number[], argument: Argument): [number, Argument][] {
  return codes.map((code) => [code, argument]);
}
