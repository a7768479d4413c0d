import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { installation, ON_POSTGRES } from './support/installation.js';
import type { Server } from './support/server.js';

const modelgate = installation();
let server: Server;
let root: string;
/** A value that nothing else has. */
const MASS = '31.41592653';
const ROW = `3,102,44,20,94,${MASS},0.4,26`;

/** The files of the data directory that contain the value, by every byte. */
const holders = (): string[] =>
  readdirSync(modelgate.dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(MASS));

const erase = async (request: object) =>
  (await server.http.post('/v1/audit/erase').set(bearer(root)).send(request).expect(200)).body as object;

async function predict(token: string, subject = ''): Promise<void> {
  await server.http
    .post('/regression')
    .set({ ...bearer(token), 'content-type': 'application/json', 'x-subject-id': subject })
    .send(`[${ROW}]`)
    .expect(200);
}

async function runJob(token: string, subject = ''): Promise<void> {
  const path = '/v1/models/diabetes/jobs';
  const { body } = await server.http
    .post(path)
    .set({ ...bearer(token), 'content-type': 'text/csv', 'x-subject-id': subject })
    .send(`${ROW}\n`)
    .expect(202);
  const { id } = body as { id: string };
  for (let state = ''; state !== 'succeeded';) {
    const shown = await server.http.get(`${path}/${id}`).set(bearer(token)).expect(200);
    ({ state } = shown.body as { state: string });
  }
}

beforeAll(async () => {
  await modelgate.addUser('root', 'the-roots-pass-word', '--role', 'admin');
  await modelgate.addUser('Müller', 'mullers-pass-word', '--role', 'predictor');
  server = await modelgate.serve();
  root = await server.login('root', 'the-roots-pass-word');
});

describe('an erasure by user', () => {
  it('reaches names in another case, and the files of batch jobs', async () => {
    const token = await server.login('Müller', 'mullers-pass-word');
    await predict(token);
    await runJob(token);
    expect(await erase({ user: 'müller', actor_kind: 'service' })).toEqual({
      erased: 0,
      jobs: 0,
      complete: true,
    });
    expect(await erase({ user: 'MÜLLER' })).toMatchObject({ jobs: 1, complete: true });
    const { body } = await server.http.get('/v1/models/diabetes/jobs').set(bearer(token)).expect(200);
    expect(body).toMatchObject({ items: [] });
    if (!ON_POSTGRES) expect(holders()).toEqual([]);
  });

  it('may name the actor by kind and id', async () => {
    await predict(await server.login('Müller', 'mullers-pass-word'));
    const found = await server.http.get('/v1/audit?user=Müller&kind=prediction&limit=1').set(bearer(root));
    const [{ actor_id: id }] = (found.body as { items: { actor_id: string }[] }).items;
    expect(await erase({ actor_id: id, actor_kind: 'user' })).toMatchObject({ complete: true });
    if (!ON_POSTGRES) expect(holders()).toEqual([]);
  });
});

describe('an erasure by subject', () => {
  it('reaches batch jobs that were created with the subject', async () => {
    await predict(root, 'case-7');
    await runJob(root, 'case-7');
    expect(await erase({ subject: 'case-7' })).toMatchObject({ jobs: 1, complete: true });
    if (!ON_POSTGRES) expect(holders()).toEqual([]);
  });

  it('reaches the journals of a running and of a stopped server from the command line', async () => {
    await predict(root, 'case-8');
    await modelgate.run(['audit', 'erase', '--subject', 'case-8']);
    if (!ON_POSTGRES) expect(holders()).toEqual([]);
    await predict(root, 'case-9');
    await server.stop();
    await modelgate.run(['audit', 'erase', '--subject', 'case-9']);
    if (!ON_POSTGRES) expect(holders()).toEqual([]);
    server = await modelgate.serve();
    expect((await modelgate.cli(['audit', 'verify'])).code).toBe(0);
  });
});
