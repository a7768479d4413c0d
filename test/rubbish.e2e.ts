import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bearer, decodeToken, forgeToken, keptSecret } from './support/bearer.js';
import { freshInstallation, installation } from './support/installation.js';
import { writeAddingModel } from './support/onnx-models.js';
import type { Server } from './support/server.js';

const modelgate = installation({ MODELGATE_RATE_LIMIT: '0', MODELGATE_LOGIN_RATE_LIMIT: '0' });
const ROUTES = [
  '/regression',
  '/v1/models/diabetes:predict',
  '/v2/models/diabetes/infer',
  '/token',
  '/v1/models',
];

let server: Server;
let token: string;

const send = (path: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${server.url}${path}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...bearer(token), ...headers },
  });

beforeAll(async () => {
  await modelgate.addUser('olga', 'olgas-pass-word', '--role', 'operator');
  server = await modelgate.serve();
  token = await server.login('olga', 'olgas-pass-word');
});

describe('an invalid body gets a 4xx', () => {
  it.each<[string, string | Buffer, Record<string, string>]>([
    ['a million open brackets', '['.repeat(1e6), {}],
    ['a million brackets, closed', `${'['.repeat(1e6)}${']'.repeat(1e6)}`, {}],
    ['a number of a million digits', `[${'9'.repeat(1e6)}]`, {}],
    ['invalid UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), {}],
    ['__proto__ as a key', '{"__proto__":{"instances":[[1]],"inputs":[]}}', {}],
    ['text that is said to be gzip', '[1]', { 'content-encoding': 'gzip' }],
    ['an encoding that is none', '[1]', { 'content-encoding': 'xx' }],
    ['a form without its boundary', 'abc', { 'content-type': 'multipart/form-data' }],
    ['a type that is none', '[1]', { 'content-type': ';;;' }],
  ])('%s', async (_what, body, headers) => {
    for (const path of ROUTES) {
      const response = await send(path, body, headers);
      expect(response.status, path).toBeGreaterThanOrEqual(400);
      expect(response.status, path).toBeLessThan(500);
      expect(await response.text()).not.toMatch(/ {4}at /);
    }
  });

  it('accepts the encoding "identity"', async () => {
    const response = await send('/regression', '[3,102,44,20,94,30.8,0.4,26]', {
      'content-encoding': 'identity',
    });
    expect(await response.json()).toEqual({ Output: 0 });
  });

  it.each(['PUT', 'PATCH', 'OPTIONS', 'HEAD'])('%s returns 404 or 405', async (method) => {
    for (const path of ['/', '/v2/repository/index', ...ROUTES]) {
      const { status } = await fetch(`${server.url}${path}`, { method, headers: bearer(token) });
      expect([200, 204, 404, 405], `${method} ${path}`).toContain(status);
    }
  });
});

describe('characters that databases do not store as text', () => {
  it('are recorded, and the chain with them verifies', async () => {
    const asked = (requestId: string, path: string, body: string) =>
      send(path, body, { 'x-request-id': requestId });
    const binary = { 'content-type': 'application/octet-stream', 'inference-header-content-length': '5' };
    const nul = await send('/v2/models/diabetes/infer', '["\0"]', { 'x-request-id': 'nul-body', ...binary });
    expect(nul.status).toBe(400);
    expect((await asked('nul-model', '/v1/models/%00x:predict', '{"instances":[[1]]}')).status).toBe(404);
    expect(
      (await asked('surrogate', '/v1/models/diabetes:predict', '{"instances":["\\ud800"]}')).status,
    ).toBe(400);
    const records = new Map((await modelgate.trail()).map((record) => [record.request_id, record]));
    expect(records.get('nul-body')).toMatchObject({ status: 400, request: null });
    expect(records.get('nul-model')?.model).toBe('\ufffdx');
    expect(records.get('surrogate')?.request).toBe('{"instances":["\\ud800"]}');
    expect(await modelgate.run(['audit', 'verify'])).toMatch(/^\S+\/0: ok, /m);
  });
});

describe('an upload', () => {
  const model = (): Blob => new Blob([readFileSync(writeAddingModel(modelgate.dir, 'up.onnx', 5))]);
  const upload = async (
    ...parts: readonly (readonly [name: string, value: string | Blob, filename?: string])[]
  ) => {
    const form = new FormData();
    for (const [name, value, filename] of parts) {
      if (typeof value === 'string') form.append(name, value);
      else form.append(name, value, filename);
    }
    const response = await fetch(`${server.url}/v1/models`, {
      method: 'POST',
      headers: bearer(token),
      body: form,
    });
    const { name, detail } = (await response.json()) as { name?: string; detail?: string };
    return [response.status, name ?? detail];
  };

  it.each([
    ['../../etc/cron.d/outside', 'outside'],
    ['/etc/passwd', 'passwd'],
    [`${'a'.repeat(60)}${'é'.repeat(200)}.onnx`, `${'a'.repeat(60)}_`],
  ])('named %s stays inside its folder', async (filename, name) => {
    expect(await upload(['file', model(), filename])).toEqual([201, name]);
    expect(readdirSync(join(modelgate.dataDir, 'uploads'))).toEqual([]);
    expect(existsSync(join(modelgate.dataDir, 'models', name, '1', 'modelgate.json'))).toBe(true);
  });

  it('is rejected with the reason if its parts are not one name and one file', async () => {
    const file = model();
    expect(await upload(['file', file, 'x.onnx'], ['name', 'late'])).toEqual([
      400,
      'the part "name" comes after the file; send the files last',
    ]);
    expect(await upload(['file', file, 'x.onnx'], ['file', file, 'y.onnx'])).toEqual([
      422,
      expect.stringMatching(/^2 models were found: x\.onnx .* import each by itself/),
    ]);
    expect(await upload(['name', 'a'], ['name', 'b'], ['file', file, 'x.onnx'])).toEqual([
      400,
      'the field "name" is duplicate',
    ]);
    expect(await upload(['name', 'z'.repeat(100_000)], ['file', file, 'x.onnx'])).toEqual([
      400,
      'the field "name" must be text of at most 64 KiB',
    ]);
    expect(await upload(['name', 'a'])).toEqual([400, 'the part "file" is missing']);
    expect(await upload(['name', '../../x'], ['file', file, 'x.onnx'])).toEqual([
      422,
      expect.stringContaining('invalid model name "../../x"'),
    ]);
  });
});

it('a token with a valid signature but wrong claims is rejected', async () => {
  const { header, claims } = decodeToken(token);
  const key = Buffer.from(keptSecret(modelgate.dataDir), 'base64url');
  const tokenWith = (changed: object) => forgeToken(header, { ...claims, ...changed }, key);
  const ask = (changed: object) => server.http.get('/v1/test').set(bearer(tokenWith(changed)));
  await ask({}).expect(200);
  for (const changed of [
    { exp: undefined },
    { scope: 5 },
    { scope: ['predict'] },
    { sub: {} },
    { nbf: Math.floor(Date.now() / 1000) + 3600 },
  ])
    await ask(changed).expect(401);
});

it('a client that disconnects while sending its body causes no error in the log', async () => {
  const socket = connect(server.ports.http, '127.0.0.1');
  const head = `POST /regression HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nX-Request-Id: hung-up\r\n`;
  socket.write(
    `${head}Content-Type: application/json\r\nContent-Length: 2800\r\nExpect: 100-continue\r\n\r\n[3,102`,
  );
  // The server has read the request's head.
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toBe('HTTP/1.1 100 Continue\r\n\r\n');
  socket.destroy();
  await send('/regression', '[3,102,44,20,94,30.8,0.4,26]').then((response) =>
    expect(response.status).toBe(200),
  );
  expect(server.stdout + server.stderr).not.toContain('"level":50');
});

describe('a damaged version', () => {
  it('does not become live: the previous one stays live, and the error gives the reason', async () => {
    const fresh = await modelgate.run(['models', 'import', writeAddingModel(modelgate.dir, 'sound.onnx', 1)]);
    expect(fresh).toContain('sound version 1');
    await modelgate.run([
      'models',
      'import',
      writeAddingModel(modelgate.dir, 'bad.onnx', 2),
      '--name',
      'sound',
    ]);
    writeFileSync(join(modelgate.dataDir, 'models/sound/2/model.onnx'), 'broken');
    const { status, body } = await server.http.post('/v1/models/sound/versions/2/promote').set(bearer(token));
    expect([status, (body as { detail: string }).detail]).toEqual([
      409,
      expect.stringMatching(
        /^version 2 of sound cannot be made live: model\.onnx has 6 bytes instead of \d+$/,
      ),
    ]);
    await server.http
      .post('/v1/models/sound:predict')
      .set(bearer(token))
      .send({ instances: [[1, 1]] })
      .expect(200, { predictions: [[2, 2]] });
    const inputs = [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [1, 1] }];
    await server.http
      .post('/v2/models/sound/versions/2/infer')
      .set(bearer(token))
      .send({ inputs })
      .expect(503, { error: 'version 2 of the model sound cannot be loaded' });
    rmSync(join(modelgate.dataDir, 'models/sound/2/modelgate.json'));
    expect(
      await modelgate.run([
        'models',
        'import',
        writeAddingModel(modelgate.dir, 'third.onnx', 3),
        '--name',
        'sound',
      ]),
    ).toContain('sound version 3');
    expect(server.stdout + server.stderr).not.toContain('"level":50');
  });
});

describe('at the same time', () => {
  it('imports of one name get separate versions', async () => {
    const files = [1, 2].map((constant) =>
      writeAddingModel(modelgate.dir, `racer-${constant}.onnx`, constant),
    );
    const imported = await Promise.all(
      files.map((file) => modelgate.run(['models', 'import', file, '--name', 'raced'])),
    );
    expect(
      imported.map((line) => /raced version (\d)/.exec(line)?.[1]).sort((a, b) => Number(a) - Number(b)),
    ).toEqual(['1', '2']);
  });

  it('a second server on the data directory does not start', async () => {
    const { code, stderr } = await modelgate.cli(['serve', '--port', '0']);
    expect([code, stderr]).toEqual([
      1,
      `modelgate: the data directory ${modelgate.dataDir} is in use by another server; choose another one with --data-dir\n`,
    ]);
  });
});

it('the files of an interrupted upload are deleted at the next start', async () => {
  const other = freshInstallation();
  const left = join(other.dataDir, 'uploads', 'upload-a1b2c3');
  mkdirSync(left, { recursive: true });
  writeFileSync(join(left, 'half.onnx'), 'half');
  await other.serve();
  expect(existsSync(left)).toBe(false);
});

describe('the command line', () => {
  it.each([
    [['models', 'promote', 'diabetes', 'abc'], 'unknown version "abc"; versions of diabetes: 1'],
    [['models', 'show', 'diabetes', '--version', '1.5'], 'unknown version "1.5"; versions of diabetes: 1'],
    [
      ['log', 'export', '--output', '/nonexistent/trail.csv'],
      "ENOENT: no such file or directory, open '/nonexistent/trail.csv'",
    ],
    [
      ['train', '--name', '../../x'],
      'invalid model name "../../x"; use letters, digits, dots, dashes and underscores, at most 100',
    ],
  ])('%j fails with one clear line', async (args, message) => {
    expect(await modelgate.cli(args)).toEqual({ code: 1, stdout: '', stderr: `modelgate: ${message}\n` });
  });
});
