import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { installation, sequence } from './support/installation.js';
import type { Server } from './support/server.js';

const CLIENTS = 16;
/** They send more than one frame of the journal can contain. */
const LARGE_CLIENTS = 2;
const LARGE_ROWS = 20_000;
const ANSWERS_BEFORE_THE_CRASH = 300;

const RUNS = ['first', 'second'];

const modelgate = installation({ MODELGATE_RATE_LIMIT: '0' });

/** In the form of the trail. */
interface Answer {
  readonly requestId: string;
  readonly request: string;
  readonly response: string;
}

interface Call {
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body: string | Buffer;
}

const singleRow = (call: number, name: number): Call => ({
  path: '/regression',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify([call % 16, 102, 44, 20, 94, 30.8, 0.4, 21 + name]),
});

function manyRows(call: number, name: number): Call {
  const values = Float64Array.from({ length: LARGE_ROWS * 8 }, (_, i) => (i * 7 + call * 3 + name) % 100);
  const input = {
    name: 'x',
    datatype: 'FP64',
    shape: [LARGE_ROWS, 8],
    parameters: { binary_data_size: values.byteLength },
  };
  const head = Buffer.from(JSON.stringify({ inputs: [input], parameters: { binary_data_output: true } }));
  return {
    path: '/v2/models/diabetes/infer',
    headers: { 'inference-header-content-length': String(head.length) },
    body: Buffer.concat([head, Buffer.from(values.buffer)]),
  };
}

const recorded = (body: string | Buffer): string =>
  typeof body === 'string' ? body : JSON.stringify({ binary: body.toString('base64') });

/** Clients that send predictions one after another until the server is killed. Their responses are in `answers`. */
async function predictUntilTheEnd(
  server: Server,
  token: string,
  run: string,
  answers: Answer[],
): Promise<void> {
  const client = async (name: number, callOf: (call: number, name: number) => Call) => {
    for (let call = 0; ; call += 1) {
      const requestId = `${run}-${name}-${call}`;
      const { path, headers, body } = callOf(call, name);
      const response = await fetch(`${server.url}${path}`, {
        method: 'POST',
        headers: { ...bearer(token), ...headers, 'x-request-id': requestId },
        body: body as RequestInit['body'],
      });
      expect(response.status).toBe(200);
      const bytes = Buffer.from(await response.arrayBuffer());
      const answer = typeof body === 'string' ? bytes.toString() : bytes;
      answers.push({ requestId, request: recorded(body), response: recorded(answer) });
    }
  };
  const ends = await Promise.allSettled([
    ...Array.from({ length: CLIENTS }, (_, name) => client(name, singleRow)),
    ...Array.from({ length: LARGE_CLIENTS }, (_, i) => client(CLIENTS + i, manyRows)),
  ]);
  // Each client ends with a broken connection, never with a response that is not a prediction.
  expect(ends.map((end) => end.status === 'rejected' && (end.reason as Error).name)).toEqual(
    Array(CLIENTS + LARGE_CLIENTS).fill('TypeError'),
  );
}

describe('a server that is killed during concurrent predictions', () => {
  it('has each answered one in the trail exactly once after a restart, and serves again', async () => {
    const answers: Answer[] = [];
    for (const run of RUNS) {
      const server = await modelgate.serve();
      const clients = predictUntilTheEnd(server, await server.login(), run, answers);
      const enough = answers.length + ANSWERS_BEFORE_THE_CRASH;
      while (answers.length < enough) await sleep(1);
      await server.kill();
      await clients;
    }
    const server = await modelgate.serve();
    await server.http.get('/health/ready').expect(200);
    await server.stop();
    expect(await modelgate.run(['audit', 'verify'])).toMatch(/\/0: ok, /);

    const trail = await modelgate.trail();
    const predictions = trail
      .filter(({ kind }) => kind === 'prediction')
      .map(
        ({ request_id, status, request, response }) => [request_id, { status, request, response }] as const,
      );
    const byId = new Map(predictions);
    expect(byId.size).toBe(predictions.length);
    const lost = answers.filter(({ requestId }) => !byId.has(requestId));
    expect(lost).toEqual([]);
    for (const { requestId, request, response } of answers)
      expect(byId.get(requestId)).toEqual({ status: 200, request, response });
    for (const run of RUNS)
      expect(answers.some(({ requestId }) => requestId.startsWith(`${run}-${CLIENTS}-`))).toBe(true);
    expect(answers.length).toBeGreaterThanOrEqual(2 * ANSWERS_BEFORE_THE_CRASH);
    expect(sequence(trail)).toEqual(trail.map((_, i) => i + 1));
  });
});
