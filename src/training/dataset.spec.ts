import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDataset } from './dataset.js';

describe('readDataset', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'modelgate-'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  const read = async (text: string, options: object = {}) => {
    const csvPath = join(dir, 'data.csv');
    await writeFile(csvPath, text);
    return readDataset({ csvPath, ...options });
  };

  it('reads names from the header, and the target from any column', async () => {
    expect(await read('sick,age,mass\nyes,30,1.5\nno,40,2.5\n', { target: 'sick' })).toEqual({
      features: ['age', 'mass'],
      target: 'sick',
      x: Float64Array.of(30, 1.5, 40, 2.5),
      y: Uint8Array.of(1, 0),
      classes: ['no', 'yes'],
      digest: 'b5d5e16b38b00374a219c58f2daf468ad82a7aad0430bd0ad469daf83c6eb927',
    });
  });

  it('recognises a file without a header by its first line, and orders numeric labels as numbers', async () => {
    const { features, target, classes, y } = await read('1,10\n2,9\n3,10\n');
    expect({ features, target, classes, y: [...y] }).toEqual({
      features: ['x0'],
      target: 'x1',
      classes: [9, 10],
      y: [1, 0, 1],
    });
  });

  it('reads quoted cells, CRLF, a byte order mark and empty lines', async () => {
    const { features, x } = await read('\ufeff"a, ""x""",b\r\n\r\n1, 2\n3,4\r\n');
    expect({ features, x: [...x] }).toEqual({ features: ['a, "x"'], x: [1, 3] });
  });

  it.each([
    ['', {}, 'has no rows'],
    ['a,b\n', {}, 'has no rows'],
    ['a,b\n1,2\n1,3\n', { target: 'c' }, 'unknown column c; columns: a, b'],
    ['a,b\n1,2\n1,2\n', {}, 'column b has 1 different values; the target must have two'],
    ['a,b\n1,2\n1,3\n1,4\n', {}, 'column b has 3 different values; the target must have two'],
    ['a,b\n1,2\n1,\n', {}, 'column b is empty in row 2'],
    ['a,b\n1,2\nNaN,3\n', {}, 'row 2, column a: "NaN" is not a number'],
    ['a,b\n,2\n1,3\n', {}, 'row 1, column a: "" is not a number'],
    ['a,a\n1,2\n1,3\n', {}, 'the column name "a" is empty or duplicate'],
    ['1,2\n1,3\n', { columns: ['a'] }, '1 column names for 2 columns'],
    ['b\n2\n3\n', {}, 'the file has no column besides the target'],
    ['a,b\n1\n', {}, 'data.csv: Invalid Record Length: expect 2, got 1 on line 2'],
    ['a,b\n1,2,3\n', {}, 'data.csv: Invalid Record Length: expect 2, got 3 on line 2'],
    [
      'a,b\n"1,2\n',
      {},
      'data.csv: Quote Not Closed: the parsing is finished with an opening quote at line 2',
    ],
    ['a,b\n1"x",2\n', {}, 'data.csv: Invalid Opening Quote: a quote is found on field 0 at line 2'],
  ])('rejects %j', async (text, options, message) => {
    await expect(read(text, options)).rejects.toThrow(message);
  });

  it('reports a missing file', async () => {
    await expect(readDataset({ csvPath: join(dir, 'none.csv') })).rejects.toThrow(
      /^cannot read .*none\.csv: ENOENT$/,
    );
  });
});
