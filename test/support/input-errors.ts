import { expect } from 'vitest';

/** A ModelInputError of one cell whose message contains the text, for `toThrow`. */
export function atCell(row: number, feature: number | string, text: string): unknown {
  return expect.objectContaining({
    name: 'ModelInputError',
    row,
    feature,
    message: expect.stringContaining(text) as string,
  });
}

/** A ModelInputError of a whole row. */
export function atRow(row: number, text: string): unknown {
  return expect.objectContaining({
    name: 'ModelInputError',
    row,
    feature: undefined,
    message: expect.stringContaining(text) as string,
  });
}
