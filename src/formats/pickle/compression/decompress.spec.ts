import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { NdArray, PyDict, PyObject } from '../values.js';
import { readPickle } from '../index.js';
import { libraries } from '../../pickled-libraries.js';
import { compressionOf, decompress } from './decompress.js';

const folder = join(import.meta.dirname, '../../../../test/fixtures/sklearn/compressed');
const read = (file: string) => readFileSync(join(folder, file));

const KINDS: Readonly<Record<string, string>> = {
  'logistic.zlib.joblib': 'zlib',
  'logistic.gzip.joblib': 'gzip',
  'logistic.bz2.joblib': 'bzip2',
  'logistic.lzma.joblib': 'lzma',
  'logistic.xz.joblib': 'xz',
  'logistic.lz4.joblib': 'lz4',
  'logistic.pkl.gz': 'gzip',
  'logistic.pkl.bz2': 'bzip2',
  'logistic.pkl.xz': 'xz',
  'logistic.zfile.pkl': 'zfile',
};

describe.each(Object.entries(KINDS))('%s', (file, kind) => {
  it(`is told by its content to be ${kind}, and read`, async () => {
    expect(compressionOf(read(file))).toBe(kind);
    const model = (await readPickle(read(file), libraries)) as PyObject;
    expect(model.shortName).toBe('LogisticRegression');
    expect((model.attributes.get('classes_') as NdArray).data).toEqual(['no', 'yes']);
  });

  it('is refused in one line wherever its data are cut short', async () => {
    const whole = read(file);
    for (let end = 24; end < whole.length - 48; end += 29) {
      await expect(readPickle(whole.subarray(0, end), libraries)).rejects.toThrow(
        expect.objectContaining({ name: 'ModelFileError' }),
      );
    }
  });
});

it.each(['arrays.lzma.joblib', 'arrays.xz.joblib'])(
  '%s has long matches, repeats and noise',
  async (file) => {
    const values = (await readPickle(read(file), libraries)) as PyDict;
    const ramp = (values.get('w') as NdArray).data as Float64Array;
    expect(ramp).toEqual(Float64Array.from({ length: 9000 }, (_, i) => i % 3000));
    const noise = (values.get('r') as NdArray).data as Float64Array;
    expect([noise[0], noise[499]]).toEqual([0.5488135039273248, 0.5058663838253084]);
    expect(values.get('t')).toBe('abcabcabd'.repeat(300));
  },
);

it('leaves plain bytes as they are', async () => {
  const bytes = Buffer.from([0x80, 4, 0x4e, 0x2e]);
  expect(await decompress(bytes, 1)).toBe(bytes);
});

it('takes a bound to the byte', async () => {
  const bytes = gzipSync(Buffer.alloc(1000));
  expect((await decompress(bytes, 1000)).length).toBe(1000);
  await expect(decompress(bytes, 999)).rejects.toThrow('expands to more than 999 bytes');
});

it('has a fixture of every compression', () => {
  expect(new Set(readdirSync(folder).map((file) => compressionOf(read(file))))).toEqual(
    new Set(['zlib', 'gzip', 'bzip2', 'lzma', 'xz', 'lz4', 'zfile']),
  );
});
