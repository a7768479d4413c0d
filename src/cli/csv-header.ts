import { open } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { StartError } from '../common/errors.js';

const MAX_BYTES = 4 * 2 ** 20;

/** The names in the first line of a CSV file. @throws StartError */
export async function csvHeader(path: string): Promise<string[]> {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(MAX_BYTES), 0, MAX_BYTES, 0);
    const [names = []] = parse(buffer.subarray(0, bytesRead), {
      bom: true,
      to: 1,
      trim: true,
      relax_column_count: true,
    });
    if (names.some((name) => name !== '')) return names;
  } catch (error) {
    throw new StartError(`--schema ${path}: ${(error as Error).message}`);
  } finally {
    await file.close();
  }
  throw new StartError(`--schema ${path}: the file has no header`);
}
