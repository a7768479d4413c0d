import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compressionOf, decompress } from './decompress.js';

const TEXT = 'The quick brown fox jumps over the lazy dog. '.repeat(8);
const LIMIT = 2 ** 20;

/** {@link TEXT} as the command-line tools compress it, in base64. */
const FILES: Readonly<Record<string, string>> = {
  'xz with CRC-32':
    '/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4AFnADVdACoaCKIDJWbxS3jFogX/LubZ0iAarTT44h3oQTb63AZpuzzkEDQnCeuzZuPtN5jtkl8+YAAAAAAAALsWD+MAAU3oAgAAAPqJPsI+MA2LAgAAAAABWVo=',
  'xz with CRC-64':
    '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AFnADVdACoaCKIDJWbxS3jFogX/LubZ0iAarTT44h3oQTb63AZpuzzkEDQnCeuzZuPtN5jtkl8+YAAAAAAAACsoNWQ5RknLAAFR6AIAAAAaSyq2scRn+wIAAAAABFla',
  'xz with SHA-256':
    '/Td6WFoAAArh+wyhAgAhARYAAAB0L+Wj4AFnADVdACoaCKIDJWbxS3jFogX/LubZ0iAarTT44h3oQTb63AZpuzzkEDQnCeuzZuPtN5jtkl8+YAAAAAAAAErQzWCgIiR/Gc9KJBRlJcMiinnQkWBstwBeKJXnqr64AAFp6AIAAADazgNetunfHAIAAAAAClla',
  bzip2:
    'QlpoOTFBWSZTWW+wWk4AACuTgEABBAA////wIACQKAAaAAAKqp+pqAaaZNDaNqIGAkfBIvFRAqMR4H0QMxAzCwuGg2GQsOY/CBcJGgoMBUbCgyGosKCRIxHLcbjgXckU4UJBvsFpOA==',
  'lz4 with checksums':
    'BCJNGHRAvTkAAAD/HlRoZSBxdWljayBicm93biBmb3gganVtcHMgb3ZlciB0aGUgbGF6eSBkb2cuIC0A/yRQZG9nLiBQklyUAAAAAJmmRY0=',
  gzip: gzipSync(TEXT).toString('base64'),
  zlib: deflateSync(TEXT, { level: 9 }).toString('base64'),
};

describe.each(Object.entries(FILES))('%s', (_name, base64) => {
  const file = Buffer.from(base64, 'base64');

  it('decodes', async () => {
    expect(Buffer.from(await decompress(file, LIMIT)).toString()).toBe(TEXT);
  });

  it('gives no other bytes when any one bit is flipped', async () => {
    const others: number[] = [];
    for (let bit = 0; bit < 8 * file.length; bit++) {
      const changed = Buffer.from(file);
      changed[bit >> 3] ^= 1 << (bit & 7);
      // Without its magic number it is neither a compressed file nor a pickle.
      if (compressionOf(changed) === undefined) continue;
      const read = await decompress(changed, LIMIT).catch(() => undefined);
      if (read && Buffer.from(read).toString() !== TEXT) others.push(bit);
    }
    expect(others).toEqual([]);
  });
});

describe('xz', () => {
  const file = Buffer.from(FILES['xz with CRC-64'], 'base64');

  it('decodes streams that follow one another, with padding between', async () => {
    const both = await decompress(Buffer.concat([file, Buffer.alloc(8), file]), LIMIT);
    expect(Buffer.from(both).toString()).toBe(TEXT + TEXT);
  });

  it.each([
    ['bytes behind the last stream', Buffer.concat([file, Buffer.from('x')])],
    ['a missing index', file.subarray(0, -32)],
    ['a missing footer', file.subarray(0, -12)],
  ])('is refused with %s', async (_case, bytes) => {
    await expect(decompress(bytes, LIMIT)).rejects.toThrow('the xz file is damaged or cut short');
  });
});
