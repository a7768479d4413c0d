import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type FileFormat, type RecordBlock, recordBlocks } from './records.js';

async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function blocksOf(
  bytes: Buffer | string,
  format: FileFormat,
  { chunk = 1 << 20, records = 2 } = {},
): Promise<RecordBlock[]> {
  const blocks: RecordBlock[] = [];
  for await (const block of recordBlocks(chunksOf(Buffer.from(bytes), chunk), format, records))
    blocks.push(block);
  return blocks;
}

const CSV = 'a,b\r\n1,"x\r\ny"\r\n\r\n2,"say ""hi"""\n3,ü';

describe('recordBlocks', () => {
  it.each([1, 2, 3, 7, 1000])(
    'splits CSV at line ends outside quotes, in chunks of %i bytes',
    async (chunk) => {
      const blocks = await blocksOf(CSV, 'csv', { chunk });
      expect(blocks.map((block) => block.records)).toEqual([
        ['a,b', '1,"x\r\ny"'],
        ['2,"say ""hi"""', '3,ü'],
      ]);
      expect(blocks.map((block) => block.bytes)).toEqual([15, Buffer.byteLength(CSV) - 15]);
    },
  );

  it('returns the following blocks when started at the end of a block', async () => {
    const bytes = Buffer.from(CSV);
    const [{ bytes: first }, second] = await blocksOf(bytes, 'csv');
    expect(await blocksOf(bytes.subarray(first), 'csv')).toEqual([second]);
  });

  it('ignores quotes in NDJSON', async () => {
    const [block] = await blocksOf('{"a":1}\n"\n', 'ndjson');
    expect(block.records).toEqual(['{"a":1}', '"']);
  });

  it('marks records that are not UTF-8', async () => {
    const [block] = await blocksOf(Buffer.from([0x31, 0x0a, 0xff, 0x0a]), 'csv');
    expect(block.records).toEqual(['1', undefined]);
  });

  it('counts the bytes of empty lines, and returns nothing for an empty file', async () => {
    expect(await blocksOf('\n\n', 'csv')).toEqual([{ records: [], bytes: 2 }]);
    expect(await blocksOf('', 'csv')).toEqual([]);
  });

  it.each([1, 2, 3, 7, 1000])(
    'ends a record with its line if a quote is stray, in chunks of %i',
    async (chunk) => {
      const csv = '1,"x\r\n2,5"y\n"3"z,4\n5,6"\n7,"a\nb"\n8,"never closed\n9,""\n10,x';
      const blocks = await blocksOf(csv, 'csv', { chunk, records: 100 });
      expect(blocks).toEqual([
        {
          records: ['1,"x', '2,5"y', '"3"z,4', '5,6"', '7,"a\nb"', '8,"never closed', '9,""', '10,x'],
          bytes: csv.length,
        },
      ]);
    },
  );

  it('takes time in proportion to the bytes', async () => {
    const took = async (line: string, count: number): Promise<number> => {
      const start = performance.now();
      await blocksOf(line.repeat(count), 'csv', { chunk: 16_384, records: 4096 });
      return performance.now() - start;
    };
    for (const line of ['a"a"', '"a\n', 'a,"\n', '""\n', '"",', '"a""\n', '"\r']) {
      await took(line, 20_000);
      expect(await took(line, 160_000)).toBeLessThan(Math.max(await took(line, 20_000), 20) * 24);
    }
  });

  it('rejects a record without end', async () => {
    const endless = Buffer.alloc(9 * 2 ** 20, 'x');
    await expect(blocksOf(endless.fill('"', 0, 1), 'csv')).rejects.toThrow('is a closing quote missing?');
  });

  it('copies each byte a few times only, however small the pieces of its record are', async () => {
    const joined = vi.spyOn(Buffer, 'concat');
    onTestFinished(() => joined.mockRestore());
    const line = 'x'.repeat(2 ** 20);
    const blocks = await blocksOf(`${line}\n1\n`, 'csv', { chunk: 100 });
    expect(blocks).toEqual([{ records: [line, '1'], bytes: line.length + 3 }]);
    const copied = joined.mock.results.reduce((sum, { value }) => sum + (value as Buffer).length, 0);
    expect(copied).toBeLessThan(4 * line.length);
  });
});
