import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { freshInstallation, ON_POSTGRES } from './support/installation.js';

const PATIENT = [3, 102, 44, 20, 94, 30.8, 0.4, 26];
const ONNX = join(import.meta.dirname, 'fixtures', 'onnx', 'pima-logistic.onnx');

it.skipIf(ON_POSTGRES)(
  'a backup of a server under load has every record acknowledged before it, and can be restored',
  async () => {
    const modelgate = freshInstallation({ MODELGATE_RATE_LIMIT: '0' });
    const server = await modelgate.serve();
    await modelgate.run(['models', 'import', ONNX, '--name', 'second']);
    const token = await server.login();
    const acknowledged: string[] = [];
    let isRunning = true;
    const clients = Array.from({ length: 4 }, async () => {
      while (isRunning) {
        const { headers } = await server.http
          .post('/regression')
          .set(bearer(token))
          .send(PATIENT)
          .expect(200);
        acknowledged.push(headers['x-request-id']);
      }
    });
    while (acknowledged.length < 50) await new Promise((resolve) => setImmediate(resolve));
    const before = acknowledged.length;
    const folder = join(modelgate.dir, 'backup');
    await modelgate.run(['backup', folder]);
    isRunning = false;
    await Promise.all(clients);
    await server.stop();
    expect(statSync(folder).mode & 0o077).toBe(0);

    const restored = freshInstallation({ MODELGATE_RATE_LIMIT: '0' });
    await restored.run(['restore', folder]);
    expect(await restored.run(['audit', 'verify'])).toBeTruthy();
    const ids = new Set((await restored.trail()).map(({ request_id }) => request_id));
    expect(acknowledged.slice(0, before).filter((id) => !ids.has(id))).toEqual([]);
    expect(readFileSync(join(restored.dataDir, 'installation-id'), 'utf8')).toBe(
      readFileSync(join(modelgate.dataDir, 'installation-id'), 'utf8'),
    );

    const again = await restored.serve();
    await again.http.post('/regression').set(bearer(token)).send(PATIENT).expect(200);
    await again.http.get('/v2/models/second/ready').set(bearer(token)).expect(200);
    await again.stop();
    await restored.run(['audit', 'verify']);
    for (const [args, message] of [
      [['backup', folder], 'exists; choose a new folder'],
      [['restore', folder], 'is not empty; choose another one with --data-dir'],
      [['restore', restored.dir], 'is not a backup; it has no file installation-id'],
    ] as const)
      expect(await restored.cli(args)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(message) as string,
      });
  },
);
