import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { installation } from './support/installation.js';
import { bearer } from './support/bearer.js';
import type { Server } from './support/server.js';

const SKLEARN = join(import.meta.dirname, 'fixtures', 'sklearn', '1.4.2', 'pima-imputed-logistic.pkl');
const ONNX = join(import.meta.dirname, 'fixtures', 'onnx', 'pima-logistic.onnx');

describe('a server with one damaged model package', () => {
  const modelgate = installation();
  let server: Server;
  let authorization: Record<string, string>;

  beforeAll(async () => {
    await (await modelgate.serve()).stop();
    await modelgate.run(['models', 'import', ONNX]);
    truncateSync(join(modelgate.dataDir, 'models', 'pima-logistic', '1', 'model.onnx'), 100);
    await modelgate.addUser('ada', 'a long password', '--role', 'admin');
    server = await modelgate.serve();
    authorization = bearer(await server.login('ada', 'a long password'));
  });

  it('serves the other models', async () => {
    const { body } = await server.http
      .post('/regression')
      .set(authorization)
      .send([3, 102, 44, 20, 94, 30.8, 0.4, 26])
      .expect(200);
    expect(body).toEqual({ Output: 0 });
  });

  it('returns 503 for the damaged one, with a reason that contains no internals', async () => {
    const { body } = await server.http
      .post('/v1/models/pima-logistic:predict')
      .set(authorization)
      .send({ instances: [[3, 102, 44, 20, 94, 30.8, 0.4, 26]] })
      .expect(503);
    expect(body).toMatchObject({
      error: 'the live version of the model pima-logistic could not be loaded',
    });
    await server.http.get('/v2/models/pima-logistic/ready').set(authorization).expect(503);
  });

  it('is not ready, and names the damaged model in the readiness, the index, the metrics and the log', async () => {
    const { body: health } = await server.http.get('/health/ready').expect(503);
    expect(health).toMatchObject({ detail: 'models that could not be loaded: pima-logistic' });
    const { body: index } = await server.http
      .post('/v2/repository/index')
      .set(authorization)
      .send({})
      .expect(200);
    expect(index).toContainEqual({
      name: 'pima-logistic',
      version: '1',
      state: 'UNAVAILABLE',
      reason: 'failed to load',
    });
    const { text } = await server.http.get('/metrics').set(authorization).expect(200);
    expect(text).toContain('modelgate_model_loaded{model="pima-logistic"} 0\n');
    expect(text).toContain('modelgate_model_loaded{model="diabetes"} 1\n');
    const line = server.stdout.split('\n').find((text) => text.includes('model failed to load'))!;
    expect(JSON.parse(line)).toMatchObject({ level: 50, model: 'pima-logistic', version: 1 });
  });

  it('serves the model again after an intact version is live', async () => {
    await modelgate.run(['models', 'import', '--name', 'pima-logistic', SKLEARN]);
    await modelgate.run(['models', 'promote', 'pima-logistic', '2']);
    await server.http.get('/v2/models/pima-logistic/ready').set(authorization).expect(200);
    const { body } = await server.http.get('/health/ready').expect(200);
    expect(body).toMatchObject({ info: { models: { status: 'up' } } });
  });
});
