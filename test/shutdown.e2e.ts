import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { installation } from './support/installation.js';
import { DEMO_USER, type Server } from './support/server.js';

const modelgate = installation();
const PATIENT = '[3,102,44,20,94,30.8,0.4,26]';

/** A prediction whose second half of the body has not been sent. */
async function halfSent(
  server: Server,
  token: string,
  requestId: string,
): Promise<{ finish(): Promise<string> }> {
  const socket = connect(server.ports.http, '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  const answer = text(socket);
  socket.write(
    `POST /regression HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n` +
      `X-Request-Id: ${requestId}\r\nContent-Length: ${PATIENT.length}\r\n\r\n${PATIENT.slice(0, 10)}`,
  );
  await roundTrip(server);
  return { finish: () => (socket.write(PATIENT.slice(10)), answer) };
}

/** The server has read what was written before, once it has answered another request. */
const roundTrip = (server: Server) => server.http.get('/health/live').expect(200);

async function refuses(server: Server): Promise<boolean> {
  return new Promise((resolve) => {
    const socket: Socket = connect(server.ports.http, '127.0.0.1', () => (socket.destroy(), resolve(false)));
    socket.once('error', () => resolve(true));
  });
}

describe.each(['SIGTERM', 'SIGINT'] as const)('on %s', (signal) => {
  it('a server stops accepting requests, completes and records those in flight, and exits with 0', async () => {
    const server = await modelgate.serve();
    const request = await halfSent(server, await server.login(), `in-flight-${signal}`);
    server.signal(signal);
    while (!(await refuses(server))) await sleep(5);

    const answer = await request.finish();
    expect(answer.split('\r\n', 1)[0]).toBe('HTTP/1.1 200 OK');
    expect(answer).toMatch(/\r\n\r\n\{"Output":0\}$/);
    expect(await server.ended()).toBe(0);
    expect(server.stderr).toBe('');
    expect(server.stdout.trimEnd().split('\n').at(-1)).toContain('"msg":"stopped"');
    const recorded = (await modelgate.trail()).filter(
      ({ request_id }) => request_id === `in-flight-${signal}`,
    );
    expect(recorded).toMatchObject([{ status: 200, request: PATIENT, response: '{"Output":0}' }]);
  });
});

describe('a server that shuts down', () => {
  it('completes a login', async () => {
    const server = await modelgate.serve();
    const answer = server.http
      .post('/token')
      .set('x-request-id', 'last-login')
      .type('form')
      .send(DEMO_USER)
      .then(({ status }) => status);
    await roundTrip(server);
    const code = server.stop();
    expect(await answer).toBe(200);
    expect(await code).toBe(0);
    expect((await modelgate.trail()).filter(({ request_id }) => request_id === 'last-login')).toMatchObject([
      { status: 200 },
    ]);
  });

  it('waits no longer than MODELGATE_SHUTDOWN_SECONDS for a request that does not end', async () => {
    const server = await modelgate.serve({ env: { MODELGATE_SHUTDOWN_SECONDS: '1' } });
    await halfSent(server, await server.login(), 'never-ends');
    expect(await server.stop()).toBe(1);
    expect(server.stdout).toContain('requests in flight did not finish in time');
  });

  it('exits immediately on a second signal', async () => {
    const server = await modelgate.serve({ env: { MODELGATE_SHUTDOWN_SECONDS: '3600' } });
    await halfSent(server, await server.login(), 'never-ends-either');
    server.signal('SIGTERM');
    while (!server.stdout.includes('"msg":"stopping"')) await sleep(5);
    expect(await server.stop()).toBe(1);
  });
});
