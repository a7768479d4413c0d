import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { zipOf } from './fixtures/tfjs/zip.js';
import { bearer } from './support/bearer.js';
import { installation } from './support/installation.js';
import { PROJECT_DIR } from './support/program.js';
import type { Server } from './support/server.js';

const FIXTURES = join(PROJECT_DIR, 'test/fixtures');
const modelgate = installation({ MODELGATE_UPLOAD_LIMIT: String(2 ** 20) });
const file = (name: string, bytes: Uint8Array): string => {
  const path = join(modelgate.dir, name);
  writeFileSync(path, bytes);
  return path;
};

/** Names below a folder of the data directory; none if the folder does not exist. */
const left = (folder: string): string[] => {
  try {
    return readdirSync(join(modelgate.dataDir, folder), { recursive: true }) as string[];
  } catch {
    return [];
  }
};

let server: Server;
let token: string;

beforeAll(async () => {
  await modelgate.addUser('olga', 'olgas-pass-word', '--role', 'operator');
  server = await modelgate.serve();
  token = await server.login('olga', 'olgas-pass-word');
});

afterEach(() => {
  expect(left('uploads')).toEqual([]);
  expect(left('models').filter((name) => name.includes('/'))).toEqual([]);
});

describe('a hostile file is rejected in one line, and nothing of it is kept', () => {
  const model = JSON.stringify({ format: 'layers-model', modelTopology: {}, weightsManifest: [] });
  const cases: Record<string, () => string> = {
    'a zip entry that leaves its folder': () =>
      file('traversal.zip', zipOf([{ name: '../model.json', data: model }])),
    'a zip bomb': () =>
      file(
        'bomb.zip',
        zipOf([
          { name: 'model.json', data: model },
          { name: 'weights.bin', data: Buffer.alloc(2 ** 27) },
        ]),
      ),
    'a symbolic link in a zip': () =>
      file('link.zip', zipOf([{ name: 'model.json', data: '/etc/passwd', mode: 0o120777 }])),
    'a truncated ONNX file': () =>
      file('half.onnx', readFileSync(join(FIXTURES, 'onnx/iris-forest.onnx')).subarray(0, 4000)),
    'a truncated pickle': () => join(FIXTURES, 'hostile/truncated.pkl'),
    'a pickle that calls the shell': () => join(FIXTURES, 'hostile/os-system.pkl'),
    'a pickle that evaluates code': () => join(FIXTURES, 'hostile/builtins-eval.pkl'),
    'a pickle that announces a huge array': () => join(FIXTURES, 'hostile/huge-alloc.pkl'),
    'an empty file': () => file('empty.pkl', new Uint8Array()),
  };
  it.each(Object.keys(cases))('%s, on the command line', async (name) => {
    const path = cases[name]();
    const { code, stdout, stderr } = await modelgate.cli(['models', 'import', path]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.startsWith(`${path}: `)).toBe(true);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it.each(Object.keys(cases))('%s, over HTTP', async (name) => {
    const { status, body } = await server.http
      .post('/v1/models')
      .set(bearer(token))
      .attach('file', cases[name]());
    expect(status).toBe(422);
    expect((body as { detail: string }).detail).toMatch(/^[^\n]+$/);
  });
});

describe('an upload beyond the limit', () => {
  it('is rejected while it is being received', async () => {
    const { status, body } = await server.http
      .post('/v1/models')
      .set(bearer(token))
      .attach('file', Buffer.alloc(2 ** 20 + 1), 'large.pkl');
    expect([status, body]).toMatchObject([413, { code: 'payload_too_large' }]);
  });

  it('of 2 GB is not read completely', async () => {
    const sent = await upload(server.url, token, 2 ** 31);
    expect(sent.status).toBe(413);
    expect(sent.bytes).toBeLessThan(2 ** 28);
  });
});

/** Sends a multipart body of `size` bytes, as fast as it is read, until there is a response. */
function upload(url: string, bearerToken: string, size: number): Promise<{ status: number; bytes: number }> {
  const chunk = Buffer.alloc(2 ** 20);
  return new Promise((resolve, reject) => {
    let bytes = 0;
    let answered = false;
    const request = httpRequest(`${url}/v1/models`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearerToken}`, 'content-type': 'multipart/form-data; boundary=x' },
    });
    request.on('response', (response) => {
      answered = true;
      response.resume();
      resolve({ status: response.statusCode!, bytes });
      request.destroy();
    });
    request.on('error', (error) => (answered ? undefined : reject(error)));
    request.write('--x\r\ncontent-disposition: form-data; name="file"; filename="large.pkl"\r\n\r\n');
    const more = (): void => {
      if (answered || bytes >= size) return;
      bytes += chunk.length;
      request.write(chunk, (error) => (error ? undefined : setImmediate(more)));
    };
    more();
  });
}
