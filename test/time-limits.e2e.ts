import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { freshInstallation, installation } from './support/installation.js';
import { DEMO_USER, type Server } from './support/server.js';

const MODEL = readFileSync(join(import.meta.dirname, 'fixtures', 'onnx', 'pima-logistic.onnx'));
const PATIENT = [3, 102, 44, 20, 94, 30.8, 0.4, 26];
const PASSWORD = 'a quiet river bends';

async function connected(server: Server): Promise<Socket> {
  const socket = connect(server.ports.http, '127.0.0.1');
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

/** The head of an upload of `bytes` of a form, and the form around a file. */
function uploadOf(token: string, file: Buffer, announced?: number): { head: string; form: Buffer } {
  const form = Buffer.concat([
    Buffer.from(
      '--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nslow\r\n' +
        '--x\r\nContent-Disposition: form-data; name="file"; filename="slow.onnx"\r\n\r\n',
    ),
    file,
    Buffer.from('\r\n--x--\r\n'),
  ]);
  const head =
    `POST /v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n` +
    `Content-Type: multipart/form-data; boundary=x\r\nContent-Length: ${announced ?? form.length}\r\n\r\n`;
  return { head, form };
}

describe('time limits', () => {
  const modelgate = installation({
    MODELGATE_REQUEST_SECONDS: '1',
    MODELGATE_UPLOAD_IDLE_SECONDS: '20',
    MODELGATE_UPLOAD_LIMIT: String(2 ** 20),
    MODELGATE_HEADER_LIMIT: '2048',
  });
  let server: Server;
  let token: string;
  beforeAll(async () => {
    await modelgate.addUser('ada', PASSWORD, '--role', 'admin');
    server = await modelgate.serve();
    token = await server.login('ada', PASSWORD);
  });
  afterAll(() => server.stop());

  it('end a body that does not arrive in time with 408', async () => {
    const socket = await connected(server);
    const answer = text(socket);
    socket.write(
      `POST /v1/models/diabetes:predict HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"inst',
    );
    expect(await answer).toMatch(/^HTTP\/1\.1 408 [^]*"code":"request_timeout"/);
  });

  it('let an upload take as long as it needs', async () => {
    const { head, form } = uploadOf(token, MODEL);
    const socket = await connected(server);
    const answer = text(socket);
    socket.write(head);
    const piece = Math.ceil(form.length / 12);
    for (let at = 0; at < form.length; at += piece) {
      socket.write(form.subarray(at, at + piece));
      await sleep(300);
    }
    expect(await answer).toMatch(/^HTTP\/1\.1 201 /);
  });

  it('refuse an upload over the limit before it is sent, and read the rest', async () => {
    const { head } = uploadOf(token, MODEL, 40 * 2 ** 20);
    const socket = await connected(server);
    const answer = text(socket);
    socket.write(head.replace('Connection: close\r\n', ''));
    let isAnswered = false;
    socket.once('data', () => (isAnswered = true));
    while (!isAnswered) await sleep(5);
    for (let i = 0; i < 40; i++) await new Promise((resolve) => socket.write(Buffer.alloc(2 ** 20), resolve));
    socket.end('GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect((await answer).match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200']);
  });

  it('include one on the length of headers', async () => {
    await server.http.get('/health/live').set('x-filler', 'x'.repeat(1500)).expect(200);
    await server.http.get('/health/live').set('x-filler', 'x'.repeat(2500)).expect(431);
  });
});

describe('an upload that pauses for too long', () => {
  it('ends with 408', async () => {
    const modelgate = freshInstallation({ MODELGATE_UPLOAD_IDLE_SECONDS: '1' });
    await modelgate.addUser('ada', PASSWORD, '--role', 'admin');
    const server = await modelgate.serve();
    const { head, form } = uploadOf(await server.login('ada', PASSWORD), MODEL);
    const socket = await connected(server);
    const answer = text(socket);
    socket.write(head);
    socket.write(form.subarray(0, 300));
    expect(await answer).toMatch(/^HTTP\/1\.1 408 [^]*"code":"request_timeout"/);
  });
});

describe('a server that drains', () => {
  it('answers with a failing readiness probe, and then stops', async () => {
    const server = await freshInstallation().serve({ env: { MODELGATE_DRAIN_SECONDS: '3600' } });
    const token = await server.login(DEMO_USER.username, DEMO_USER.password);
    server.signal('SIGTERM');
    while ((await server.http.get('/health/ready')).status === 200) await sleep(5);
    const { body } = await server.http.get('/health/ready').expect(503);
    expect(body).toMatchObject({ code: 'stopping' });
    await server.http.get('/v2/health/ready').expect(503);
    await server.http.get('/health/live').expect(200);
    const { headers } = await server.http.post('/regression').set(bearer(token)).send(PATIENT).expect(200);
    expect(headers.connection).toBe('close');
    expect(await server.stop()).toBe(1);
  });

  it('ends after the delay', async () => {
    const server = await freshInstallation().serve({ env: { MODELGATE_DRAIN_SECONDS: '1' } });
    expect(await server.stop()).toBe(0);
  });

  it.each(['1', '2'])('does not stop on SIGHUP, with %s workers', async (workers) => {
    const server = await freshInstallation().serve({ args: ['--workers', workers] });
    server.signal('SIGHUP');
    await server.login();
    expect(await server.stop()).toBe(0);
  });
});

describe('the API documentation', () => {
  it('is closed to strangers in production, and shows each caller the models it may read', async () => {
    const modelgate = freshInstallation({ NODE_ENV: 'production' });
    await modelgate.addUser('ada', PASSWORD, '--role', 'admin');
    await modelgate.addUser('bob', PASSWORD, '--scope', 'predict:other');
    const server = await modelgate.serve();
    for (const path of ['/docs', '/docs/swagger-ui-init.js', '/openapi.json', '/openapi.yaml'])
      await server.http.get(path).expect(401);
    const documentOf = async (username: string): Promise<string> =>
      (
        await server.http
          .get('/openapi.json')
          .set(bearer(await server.login(username, PASSWORD)))
          .expect(200)
      ).text;
    expect(await documentOf('ada')).toContain('/v1/models/diabetes:predict');
    expect(await documentOf('bob')).not.toContain('diabetes:predict');
    await server.stop();
    const open = await modelgate.serve({ env: { MODELGATE_DOCS: 'public' } });
    expect((await open.http.get('/openapi.json').expect(200)).text).toContain('/v1/models/diabetes:predict');
  });
});
