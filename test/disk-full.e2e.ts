import { execFileSync, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { installation, ON_POSTGRES } from './support/installation.js';
import type { Server } from './support/server.js';

const modelgate = installation({ MODELGATE_RATE_LIMIT: '0' });
const PATIENT = [3, 102, 44, 20, 94, 30.8, 0.4, 26];
/** Enough for some commits, each of which writes a page of every index, and soon used up. */
const ROOM = 512 * 1024;

/**
 * Lets the process write no file beyond `bytes`: to SQLite a write that fails for want of room, without a mount of its
 * own and without root. It is the soft limit, so it can be lifted again.
 */
function limitFileSize(server: Server, bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', String(server.pid), `--fsize=${bytes}:`]);
}

const HAS_PRLIMIT = spawnSync('prlimit', ['--version']).status === 0;

describe.skipIf(ON_POSTGRES || !HAS_PRLIMIT)('when the disk is full', () => {
  it('predictions get 503, nothing already answered is missing, and with room they are answered again', async () => {
    const server = await modelgate.serve();
    const token = await server.login();
    const predict = (requestId: string) =>
      server.http
        .post('/regression')
        .set({ ...bearer(token), 'x-request-id': requestId })
        .send(PATIENT);

    const answered: string[] = [];
    const predictUntilRefused = async () => {
      for (let call = 0; ; call += 8) {
        const ids = Array.from({ length: 8 }, (_, i) => `before-${call + i}`);
        const answers = await Promise.all(ids.map((id) => predict(id)));
        answered.push(...ids.filter((_, i) => answers[i].status === 200));
        const refused = answers.filter(({ status }) => status !== 200);
        if (refused.length > 0) return refused;
      }
    };
    limitFileSize(server, statSync(join(modelgate.dataDir, 'modelgate.db-wal')).size + ROOM);
    for (const { status, body } of await predictUntilRefused())
      expect([status, body]).toEqual([503, { detail: 'The audit trail cannot be written' }]);
    expect(answered.length).toBeGreaterThan(0);

    const v1 = await server.http
      .post('/v1/models/diabetes:predict')
      .set(bearer(token))
      .send({ instances: [PATIENT] });
    expect([v1.status, (v1.body as { code: string }).code]).toEqual([503, 'audit_unavailable']);
    await server.http.get('/health/live').expect(200);

    limitFileSize(server, 'unlimited');
    await predict('after').expect(200);
    await server.kill();

    const trail = await modelgate.trail();
    const succeeded = trail
      .filter(({ kind, status }) => kind === 'prediction' && status === 200)
      .map(({ request_id }) => request_id);
    expect(new Set(succeeded)).toEqual(new Set([...answered, 'after']));
    expect(succeeded).toHaveLength(answered.length + 1);
    expect(trail.map(({ seq }) => seq)).toEqual(trail.map((_, i) => i + 1));
  });
});
