import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { kindOfPickle } from './recognise.js';

const fixtures = join(import.meta.dirname, '../../../test/fixtures');
const files = (folder: string) =>
  readdirSync(join(fixtures, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(json|md|py)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));

describe('what is a pickle', () => {
  it.each([...files('sklearn'), ...files('hostile')].map((path) => path.slice(fixtures.length + 1)))(
    '%s',
    (path) => {
      expect(kindOfPickle(readFileSync(join(fixtures, path)).subarray(0, 65536))).toMatch(/^a Python pickle/);
    },
  );

  it('names the compression', () => {
    expect(kindOfPickle(gzipSync(Buffer.from([0x80, 4, 0x4e, 0x2e])))).toBe('a Python pickle (gzip)');
    expect(kindOfPickle(Buffer.from('cposix\nsystem\n'))).toBe('a Python pickle');
  });

  it('knows one in the first bytes of a large compressed file', () => {
    const noise = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i * 31) % 251));
    const bytes = gzipSync(Buffer.concat([Buffer.from([0x80, 4]), noise]));
    expect(kindOfPickle(bytes.subarray(0, 1000))).toBe('a Python pickle (gzip)');
  });
});

describe('what is not', () => {
  it.each([
    ['JSON', Buffer.from('{"format": "layers-model"}')],
    ['a JSON list', Buffer.from('[1, 2, 3]\n')],
    ['CSV', Buffer.from('preg,plas,class\n6,148,1\n')],
    ['a zip', Buffer.from('PK\x03\x04')],
    ['nothing', Buffer.alloc(0)],
    ['gzipped JSON', gzipSync(Buffer.from('{}'))],
    ['an ONNX model', Buffer.from([0x08, 0x09, 0x12, 0x07, 0x73, 0x6b, 0x6c, 0x32, 0x6f, 0x6e, 0x6e])],
  ])('%s', (_, head) => {
    expect(kindOfPickle(head)).toBeUndefined();
  });
});
