import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { graphModel, placeholder } from './fixtures/tfjs/models.js';
import { zipOf } from './fixtures/tfjs/zip.js';
import { bearer } from './support/bearer.js';
import { freshInstallation, installation, type Installation } from './support/installation.js';
import { writeCountingModel } from './support/onnx-models.js';
import type { Server } from './support/server.js';

const SETTINGS = { MODELGATE_RATE_LIMIT: '0', MODELGATE_PREDICTION_SECONDS: '2' };
const PATIENT = [3, 102, 44, 20, 94, 30.8, 0.4, 26];
const ENDLESS = '1000000000000000';

const modelgate = installation(SETTINGS);

const infer = (server: Server, token: string, count: number | string) =>
  server.http
    .post('/v2/models/counting/infer')
    .set(bearer(token))
    .set('content-type', 'application/json')
    .serialize((body: unknown) => body as string)
    .send(`{"inputs":[{"name":"x","datatype":"INT64","shape":[2,1],"data":[1,${count}]}]}`);

const predict = (server: Server, token: string) =>
  server.http
    .post('/v1/models/diabetes:predict')
    .set(bearer(token))
    .send({ instances: [PATIENT] });

/** A graph whose loop has a condition that stays true. */
function endlessGraph(): Buffer {
  const attr = { T: { type: 'DT_FLOAT' } };
  const frame = { frame_name: { s: Buffer.from('loop').toString('base64') }, is_constant: { b: false } };
  const files = graphModel(
    [
      placeholder(2),
      { name: 'enter', op: 'Enter', input: ['x'], attr: { ...attr, ...frame } },
      { name: 'merge', op: 'Merge', input: ['enter', 'next'], attr },
      { name: 'equal', op: 'Equal', input: ['merge', 'merge'], attr },
      { name: 'condition', op: 'LoopCond', input: ['equal'] },
      { name: 'switch', op: 'Switch', input: ['merge', 'condition'], attr },
      { name: 'body', op: 'Identity', input: ['switch:1'], attr },
      { name: 'next', op: 'NextIteration', input: ['body'], attr },
      { name: 'y', op: 'Exit', input: ['switch'], attr },
    ],
    [],
  );
  return Buffer.from(zipOf(Object.entries(files).map(([name, data]) => ({ name, data }))));
}

async function servingCounter(installed: Installation): Promise<[Server, string]> {
  await installed.run(['models', 'import', writeCountingModel(installed.dir, 'counting.onnx')]);
  const server = await installed.serve();
  await installed.addUser('olga', 'olgas-pass-word', '--role', 'operator');
  return [server, await server.login('olga', 'olgas-pass-word')];
}

describe('a model whose loop an input counts', () => {
  let server: Server;
  let token: string;

  beforeAll(async () => {
    [server, token] = await servingCounter(modelgate);
  });

  it('answers in a process of its own', async () => {
    const { status, body } = await infer(server, token, 40);
    expect([status, body]).toMatchObject([200, { outputs: [{ name: 'y', data: [41, 80] }] }]);
  });

  it('is stopped when it takes too long, while others are answered, and answers the next request', async () => {
    const endless = infer(server, token, ENDLESS).then(({ status, body }) => [status, body as unknown]);
    const others = [];
    for (let i = 0; i < 20; i++) others.push((await predict(server, token)).status);
    expect(others).toEqual(new Array(20).fill(200));
    expect(await endless).toEqual([504, { error: 'the model did not answer within 2 s' }]);
    expect((await infer(server, token, 2)).body).toMatchObject({ outputs: [{ data: [3, 4] }] });
  });

  it('does not keep a stop waiting', async () => {
    const installed = freshInstallation({
      ...SETTINGS,
      MODELGATE_PREDICTION_SECONDS: '3600',
      MODELGATE_SHUTDOWN_SECONDS: '1',
    });
    const [busy, access] = await servingCounter(installed);
    const lost = infer(busy, access, ENDLESS).then(
      ({ status }) => status,
      () => 'lost',
    );
    expect((await predict(busy, access)).status).toBe(200);
    expect(await busy.stop()).toBe(1);
    expect(await lost).toBe('lost');
  });
});

describe('an import that takes too much', () => {
  const upload = async (server: Server, token: string, name: string, bytes: Buffer) => {
    const { status, body } = await server.http
      .post('/v1/models')
      .set(bearer(token))
      .attach('file', bytes, name);
    return [status, (body as { detail: string }).detail];
  };

  it('is stopped after the time that is allowed, while others are answered', async () => {
    const installed = freshInstallation({ MODELGATE_RATE_LIMIT: '0', MODELGATE_IMPORT_SECONDS: '5' });
    await installed.addUser('olga', 'olgas-pass-word', '--role', 'operator');
    const server = await installed.serve();
    const token = await server.login('olga', 'olgas-pass-word');
    const refused = upload(server, token, 'endless.zip', endlessGraph());
    for (let i = 0; i < 20; i++) expect((await predict(server, token)).status).toBe(200);
    expect(await refused).toEqual([
      422,
      'reading the model took longer than 5 s (MODELGATE_IMPORT_SECONDS), so it was stopped',
    ]);
    const path = join(installed.dir, 'endless.zip');
    writeFileSync(path, endlessGraph());
    const { code, stderr } = await installed.cli(['models', 'import', path]);
    expect([code, stderr]).toEqual([
      1,
      `${path}: reading the model took longer than 5 s (MODELGATE_IMPORT_SECONDS), so it was stopped\n`,
    ]);
  });

  it('is refused when a small file stands for more memory than is allowed', async () => {
    const installed = freshInstallation({ MODELGATE_MODEL_MEMORY: '256' });
    await installed.addUser('olga', 'olgas-pass-word', '--role', 'operator');
    const server = await installed.serve();
    const token = await server.login('olga', 'olgas-pass-word');
    // A list of 20 million numbers.
    const numbers = Buffer.from(`\x80\x02]${`(${'K\x01'.repeat(1_000_000)}e`.repeat(20)}.`, 'latin1');
    const [status, detail] = await upload(server, token, 'list.pkl', gzipSync(numbers));
    expect([status, detail]).toEqual([
      422,
      'reading the model took more than 256 MiB of memory (MODELGATE_MODEL_MEMORY), so it was stopped',
    ]);
    expect((await predict(server, token)).status).toBe(200);
  });
});
