import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { installation, sequence } from './support/installation.js';
import type { Server } from './support/server.js';

const CLIENTS = 16;
const ANSWERS_BEFORE_THE_CRASH = 300;

const modelgate = installation({ MODELGATE_RATE_LIMIT: '0' });

interface Answer {
  readonly requestId: string;
  readonly row: string;
  readonly body: string;
}

/** Clients that predict one row after another until the server is gone. What they were answered is in `answers`. */
async function predictUntilTheEnd(
  server: Server,
  token: string,
  run: string,
  answers: Answer[],
): Promise<void> {
  const client = async (name: number) => {
    for (let call = 0; ; call += 1) {
      const requestId = `${run}-${name}-${call}`;
      const row = JSON.stringify([call % 16, 102, 44, 20, 94, 30.8, 0.4, 21 + name]);
      const headers = { ...bearer(token), 'content-type': 'application/json', 'x-request-id': requestId };
      const response = await fetch(`${server.url}/regression`, { method: 'POST', headers, body: row });
      expect(response.status).toBe(200);
      answers.push({ requestId, row, body: await response.text() });
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: CLIENTS }, (_, name) => client(name)));
  // Each client ends with a broken connection, none with an answer that is not a prediction.
  expect(ends.map((end) => end.status === 'rejected' && (end.reason as Error).name)).toEqual(
    Array(CLIENTS).fill('TypeError'),
  );
}

describe('a server that is killed in the midst of concurrent predictions', () => {
  it('has every answered one on record when it is started again, once, and goes on', async () => {
    const answers: Answer[] = [];
    for (const run of ['first', 'second']) {
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

    const trail = await modelgate.trail();
    const recorded = trail
      .filter(({ kind }) => kind === 'prediction')
      .map(
        ({ request_id, status, request, response }) => [request_id, { status, request, response }] as const,
      );
    const byId = new Map(recorded);
    expect(byId.size).toBe(recorded.length);
    const lost = answers.filter(({ requestId }) => !byId.has(requestId));
    expect(lost).toEqual([]);
    for (const { requestId, row, body } of answers)
      expect(byId.get(requestId)).toEqual({ status: 200, request: row, response: body });
    expect(answers.length).toBeGreaterThanOrEqual(2 * ANSWERS_BEFORE_THE_CRASH);
    expect(sequence(trail)).toEqual(trail.map((_, i) => i + 1));
  });
});
