import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSqlite } from '../src/database/sqlite-driver.js';
import { bearer } from './support/bearer.js';
import { installation, sequence, ON_POSTGRES } from './support/installation.js';
import type { Server } from './support/server.js';

const modelgate = installation({ MODELGATE_RATE_LIMIT: '0' });
const PATIENT = [3, 102, 44, 20, 94, 30.8, 0.4, 26];
const CALLERS = 8;
const ANSWERS_BEFORE = 80;

/**
 * Limits the size of files that the process can write to `bytes`. SQLite then fails as on a full disk, without a
 * separate mount or root. It is the soft limit, so it can be raised again.
 */
function limitFileSize(server: Server, bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', String(server.pid), `--fsize=${bytes}:`]);
}

const HAS_PRLIMIT = spawnSync('prlimit', ['--version']).status === 0;

const predictor = (server: Server, token: string) => (requestId: string) =>
  server.http
    .post('/regression')
    .set({ ...bearer(token), 'x-request-id': requestId })
    .send(PATIENT);

async function recordedIds(): Promise<unknown[]> {
  const trail = await modelgate.trail();
  expect(sequence(trail)).toEqual(trail.map((_, i) => i + 1));
  return trail
    .filter(({ kind, status }) => kind === 'prediction' && status === 200)
    .map(({ request_id }) => request_id);
}

describe.skipIf(ON_POSTGRES || !HAS_PRLIMIT)('when no file can be written', () => {
  it('predictions get 503, no answered one is missing, and they succeed again once there is space', async () => {
    const server = await modelgate.serve();
    const token = await server.login();
    const predict = predictor(server, token);
    const answered: string[] = [];
    const caller = async (name: number) => {
      for (let call = 0; ; call += 1) {
        const requestId = `caller-${name}-${call}`;
        const { status, body } = await predict(requestId);
        if (status !== 200) return [status, body as unknown];
        answered.push(requestId);
        if (answered.length === ANSWERS_BEFORE) limitFileSize(server, 0);
      }
    };
    for (const refusal of await Promise.all(Array.from({ length: CALLERS }, (_, name) => caller(name))))
      expect(refusal).toEqual([503, { detail: 'The audit trail cannot be written' }]);
    expect(answered.length).toBeGreaterThanOrEqual(ANSWERS_BEFORE);

    const v1 = await server.http
      .post('/v1/models/diabetes:predict')
      .set(bearer(token))
      .send({ instances: [PATIENT] });
    expect([v1.status, (v1.body as { code: string }).code]).toEqual([503, 'audit_unavailable']);
    await server.http.get('/health/live').expect(200);

    limitFileSize(server, 'unlimited');
    await predict('after').expect(200);
    await server.kill();
    expect(new Set(await recordedIds())).toEqual(new Set([...answered, 'after']));
  });
});

describe.skipIf(ON_POSTGRES)('while another process locks the database', () => {
  it('predictions are answered, and their records reach the table', async () => {
    const before = await recordedIds();
    const server = await modelgate.serve();
    const token = await server.login();
    const predict = predictor(server, token);
    await predict('free').expect(200);
    const database = await openSqlite(join(modelgate.dataDir, 'modelgate.db'));
    const execute = (sql: string) =>
      new Promise<void>((resolve, reject) =>
        database.exec(sql, (error) => (error ? reject(error) : resolve())),
      );
    await execute('BEGIN IMMEDIATE');
    await predict('held').expect(200);
    await execute('ROLLBACK');
    await new Promise((resolve) => database.close(resolve));
    await predict('released').expect(200);
    await server.kill();
    expect(await recordedIds()).toEqual([...before, 'free', 'held', 'released']);
  });
});
