import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { importableFiles } from '../src/formats/formats.js';
import { bearer } from './support/bearer.js';
import { installation } from './support/installation.js';
import { writeAddingModel } from './support/onnx-models.js';
import { PROJECT_DIR } from './support/program.js';
import type { Server } from './support/server.js';

const ONNX = join(PROJECT_DIR, 'test/fixtures/onnx');
const modelgate = installation({ MODELGATE_RATE_LIMIT: '0' });

let server: Server;
let token: string;

const call = (method: 'get' | 'post' | 'delete', path: string) =>
  server.http[method](path).set(bearer(token));
const add = (instances: number[][], model = 'adder') =>
  call('post', `/v1/models/${model}:predict`).send({ instances });

beforeAll(async () => {
  await modelgate.addUser('olga', 'olgas-pass-word', '--role', 'operator');
  await modelgate.addUser('rita', 'ritas-pass-word', '--role', 'viewer');
  await modelgate.run(['models', 'import', writeAddingModel(modelgate.dir, 'adder.onnx', 1)]);
  server = await modelgate.serve();
  token = await server.login('olga', 'olgas-pass-word');
});

describe('the command line, beside a running server', () => {
  it('imports several files, names the rejected one, and exits with 1', async () => {
    const { code, stdout, stderr } = await modelgate.cli([
      'models',
      'import',
      join(ONNX, 'iris-forest.onnx'),
      join(PROJECT_DIR, 'package.json'),
      join(ONNX, 'iris-logistic-zipmap.onnx'),
    ]);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `${join(PROJECT_DIR, 'package.json')}: not a model of a known format; expected ${importableFiles()}\n`,
    );
    expect(stdout.split('\n').map((line) => /: ([\w-]+ version \d)/.exec(line)?.[1])).toEqual([
      'iris-forest version 1',
      'iris-logistic-zipmap version 1',
      undefined,
    ]);
  });

  it('imports a model that is served without a restart', async () => {
    const { body } = await call('get', '/v1/models/iris-forest').expect(200);
    expect(body).toMatchObject({ name: 'iris-forest', ready: true, live_version: '1', runtime: 'onnx' });
  });

  it('imports the same file once', async () => {
    const again = await modelgate.run(['models', 'import', join(ONNX, 'iris-forest.onnx')]);
    expect(again).toContain('iris-forest version 1, imported before');
  });

  it('serves a second version only after its promotion, and rolls back', async () => {
    const second = writeAddingModel(modelgate.dir, 'second.onnx', 2);
    expect(await modelgate.run(['models', 'import', second, '--name', 'adder'])).toContain('adder version 2');
    expect((await add([[0, 0]]).expect(200)).body).toEqual({ predictions: [[1, 1]] });
    expect(await modelgate.run(['models', 'promote', 'adder', '2'])).toBe('adder: version 2 is live\n');
    await expect
      .poll(async () => (await add([[0, 0]])).body, { timeout: 120_000 })
      .toEqual({ predictions: [[2, 2]] });
    expect(await modelgate.run(['models', 'rollback', 'adder'])).toBe('adder: version 1 is live\n');
    await expect
      .poll(async () => (await add([[0, 0]])).body, { timeout: 120_000 })
      .toEqual({ predictions: [[1, 1]] });
  });

  it('predicts with a version that is not live if it is named', async () => {
    const inputs = [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [5, 5] }];
    const { body } = await call('post', '/v2/models/adder/versions/2/infer').send({ inputs }).expect(200);
    expect(body).toMatchObject({ model_version: '2', outputs: [{ data: [7, 7] }] });
    await call('post', '/v2/models/adder/versions/9/infer').send({ inputs }).expect(404);
  });

  it('shows a model, and reports an unknown one', async () => {
    const shown = JSON.parse(await modelgate.run(['models', 'show', 'adder'])) as Record<string, unknown>;
    expect(shown).toMatchObject({
      name: 'adder',
      version: '1',
      runtime: 'onnx',
      signature: { inputs: [{ name: 'x', shape: [-1, 2] }] },
    });
    const { code, stderr } = await modelgate.cli(['models', 'show', 'nobody']);
    expect([code, stderr]).toEqual([1, 'modelgate: unknown model nobody\n']);
  });
});

describe('the models API', () => {
  it('imports an upload, promotes, unloads, loads, removes', async () => {
    const file = writeAddingModel(modelgate.dir, 'uploaded.onnx', 3);
    const { body } = await call('post', '/v1/models').field('name', 'up').attach('file', file).expect(201);
    expect(body).toMatchObject({ name: 'up', imported_version: '1', live_version: '1', ready: true });
    await call('post', '/v1/models/up/unload').expect(200);
    await add([[0, 0]], 'up').expect(503);
    expect((await call('post', '/v2/repository/index')).body).toContainEqual({
      name: 'up',
      version: '1',
      state: 'UNAVAILABLE',
      reason: 'unloaded',
    });
    await call('post', '/v1/models/up/load').expect(200);
    expect((await add([[0, 0]], 'up').expect(200)).body).toEqual({ predictions: [[3, 3]] });
    await call('delete', '/v1/models/up').expect(204);
    await add([[0, 0]], 'up').expect(404);
    expect(readdirSync(join(modelgate.dataDir, 'models', 'up'))).toEqual([]);
  });

  it('refuses to remove the live version, and removes another', async () => {
    await call('delete', '/v1/models/adder/versions/1').expect(409);
    await call('delete', '/v1/models/adder/versions/2').expect(204);
    const { body } = await call('get', '/v1/models/adder').expect(200);
    expect((body as { versions: { version: string }[] }).versions.map(({ version }) => version)).toEqual([
      '1',
    ]);
  });

  it('requires models:write', async () => {
    const reader = await server.login('rita', 'ritas-pass-word');
    for (const path of ['adder/rollback', 'adder/unload', 'adder/load', 'adder/versions/1/promote'])
      await server.http.post(`/v1/models/${path}`).set(bearer(reader)).expect(403);
    const file = writeAddingModel(modelgate.dir, 'refused.onnx', 3);
    await server.http.post('/v1/models').set(bearer(reader)).attach('file', file).expect(403);
  });
});

describe('100 promotions and rollbacks under 32 clients', () => {
  it('no request fails, and every response is from the version that it names', async () => {
    await modelgate.run([
      'models',
      'import',
      writeAddingModel(modelgate.dir, 'ten.onnx', 10),
      '--name',
      'swapped',
    ]);
    await modelgate.run([
      'models',
      'import',
      writeAddingModel(modelgate.dir, 'twenty.onnx', 20),
      '--name',
      'swapped',
    ]);
    await call('get', '/v1/models/swapped').expect(200);
    const answers = { '1': 0, '2': 0 };
    let done = false;
    const client = async (): Promise<void> => {
      while (!done) {
        const inputs = [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [1, 2] }];
        const { status, body } = await call('post', '/v2/models/swapped/infer').send({ inputs });
        expect(status, JSON.stringify(body)).toBe(200);
        const { model_version: version, outputs } = body as {
          model_version: '1' | '2';
          outputs: { data: number[] }[];
        };
        expect(outputs[0].data).toEqual(version === '1' ? [11, 12] : [21, 22]);
        answers[version] += 1;
      }
    };
    const clients = Array.from({ length: 32 }, client);
    for (let i = 0; i < 50; i++) {
      await call('post', '/v1/models/swapped/versions/2/promote').expect(200);
      await call('post', '/v1/models/swapped/rollback').expect(200);
    }
    done = true;
    await Promise.all(clients);
    expect(answers['1']).toBeGreaterThan(0);
    expect(answers['2']).toBeGreaterThan(0);
  });
});
