import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { installation } from './support/installation.js';
import type { Server } from './support/server.js';

const LIMIT = 64 * 1024;
const modelgate = installation({ MODELGATE_BODY_LIMIT: String(LIMIT), MODELGATE_RATE_LIMIT: '0' });
let server: Server;
let token: string;

beforeAll(async () => {
  server = await modelgate.serve();
  token = await server.login();
});

const ROUTE = '/v1/models/diabetes:predict';
const NOT_AUTHENTICATED = { code: 'not_authenticated', status: 401 };

/** Sends bytes over one connection and returns everything received until `isDone`, or until the server closes it. */
function exchange(chunks: Iterable<Buffer | string>, isDone: (text: string) => boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.ports.http, '127.0.0.1');
    let text = '';
    socket.on('data', (data) => {
      text += data.toString('latin1');
      if (isDone(text)) socket.destroy();
    });
    socket.on('close', () => resolve(text));
    socket.on('error', (error) => (text === '' ? reject(error) : resolve(text)));
    const iterator = chunks[Symbol.iterator]();
    const send = (): void => {
      for (let next = iterator.next(); !next.done; next = iterator.next())
        if (!socket.write(next.value)) return void socket.once('drain', send);
    };
    send();
  });
}

const sendEncoded = (
  encoding: string,
  body: Buffer,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${server.url}${ROUTE}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-encoding': encoding, ...headers },
    body: new Uint8Array(body),
  });

const head = (headers: Record<string, string | number>): string =>
  [
    `POST ${ROUTE} HTTP/1.1`,
    'host: x',
    ...Object.entries(headers).map(([k, v]) => `${k}: ${v}`),
    '',
    '',
  ].join('\r\n');

const statuses = (text: string): string[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => status);

describe('a caller without a valid token', () => {
  it('gets 401 for a body that is not JSON, is too large, or is of an unknown type', async () => {
    for (const [type, body] of [
      ['application/json', '{"instances": [[1,'],
      ['application/json', `[${'0,'.repeat(LIMIT)}0]`],
      ['text/csv', 'a,b\n1,2\n'],
      ['application/octet-stream', Buffer.alloc(LIMIT + 1)],
    ] as const) {
      const { body: answer } = await server.http.post(ROUTE).type(type).send(body).expect(401);
      expect(answer).toMatchObject(NOT_AUTHENTICATED);
    }
  });

  it('gets 401 with a token that is not valid, whatever the body is', async () => {
    const { body } = await server.http
      .post(ROUTE)
      .set(bearer('x.y.z'))
      .type('application/json')
      .send('{"instances": [[1,')
      .expect(401);
    expect(body).toMatchObject({ code: 'invalid_token' });
  });

  it('gets 401 for a compressed body that is too large or not gzip, without decompression', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));
    for (const [encoding, body] of [
      ['gzip', bomb],
      ['gzip', Buffer.from('this is not gzip')],
      ['unknown', Buffer.from('{}')],
    ] as const) {
      const answer = await sendEncoded(encoding, body);
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject(NOT_AUTHENTICATED);
    }
  });

  it('gets the response before the body is sent', async () => {
    const text = await exchange(
      [head({ 'content-type': 'application/json', 'content-length': 1000 })],
      (answer) => answer.includes('not_authenticated'),
    );
    expect(statuses(text)).toEqual(['401']);
  });

  it('may use the connection again after the rejected body has been sent', async () => {
    const call = head({ 'content-type': 'application/json', 'content-length': LIMIT }) + '!'.repeat(LIMIT);
    const text = await exchange([call, call], (answer) => statuses(answer).length === 2);
    expect(statuses(text)).toEqual(['401', '401']);
  });

  it('loses the connection after 64 MiB of a rejected body', async () => {
    const pieces = function* () {
      yield head({ 'content-type': 'application/json', 'transfer-encoding': 'chunked' });
      for (let i = 0; i < 10_000; i++) yield `4000\r\n${'!'.repeat(0x4000)}\r\n`;
    };
    // Only the server ends this exchange.
    const text = await exchange(pieces(), () => false);
    expect(statuses(text)).toEqual(['401']);
  });
});

describe('a caller with a valid token', () => {
  it('gets the fault of the body', async () => {
    const send = (type: string, body: string | Buffer) =>
      server.http.post(ROUTE).set(bearer(token)).type(type).send(body);
    const { body: malformed } = await send('application/json', '{"instances": [[1,').expect(400);
    expect(malformed).toMatchObject({ code: 'bad_request' });
    const { body: large } = await send('application/json', `[${'0,'.repeat(LIMIT)}0]`).expect(413);
    expect(large).toMatchObject({ code: 'payload_too_large' });
    const { body: unknown } = await send('application/x-ndjson', '[1]\n').expect(415);
    expect(unknown).toMatchObject({ code: 'unsupported_media_type' });
  });

  it('gets 413 for a compressed body that expands beyond the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024, ' '));
    expect((await sendEncoded('gzip', bomb, bearer(token))).status).toBe(413);
  });

  it('gets 404 for a path with an empty parameter', async () => {
    await server.http.post('/v2/models//infer').set(bearer(token)).send({}).expect(404);
    await server.http.post('/v2/models//infer').send({}).expect(404);
  });
});
