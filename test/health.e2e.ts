import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { installation } from './support/installation.js';
import type { Server } from './support/server.js';

const modelgate = installation();
let server: Server;
beforeAll(async () => {
  await modelgate.addUser('root', 'roots-pass-word', '--role', 'admin');
  await modelgate.run([
    'models',
    'import',
    join(import.meta.dirname, 'fixtures', 'onnx', 'pima-logistic.onnx'),
    '--name',
    'second',
  ]);
  server = await modelgate.serve();
});

describe('GET /health/live', () => {
  it('answers without a token', async () => {
    const { text } = await server.http.get('/health/live').expect(200);
    expect(text).toBe('{"status":"ok"}');
  });
});

describe('GET /health/ready', () => {
  it('reports the database and the loaded models', async () => {
    const { body } = await server.http.get('/health/ready').expect(200);
    expect(body).toMatchObject({
      status: 'ok',
      details: { database: { status: 'up' }, models: { status: 'up' } },
    });
  });

  it('returns 503 while a model that should be loaded is not, and 200 after its removal', async () => {
    const root = bearer(await server.login('root', 'roots-pass-word'));
    await server.http.post('/v1/models/second/unload').set(root).expect(200);
    await server.http.get('/health/ready').expect(200);

    writeFileSync(join(modelgate.dataDir, 'models', 'second', '1', 'model.onnx'), 'damaged');
    await server.http.post('/v1/models/second/load').set(root);
    const { body, headers } = await server.http.get('/health/ready').expect(503);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({ status: 503, code: 'model_not_ready' });
    await server.http.get('/health/live').expect(200);

    await server.http.delete('/v1/models/second').set(root).expect(204);
    await server.http.get('/health/ready').expect(200);
  });
});
