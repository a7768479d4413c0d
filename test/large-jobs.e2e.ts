import { beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { installation } from './support/installation.js';
import { csv, ROWS } from './support/job-files.js';
import { goOn, Jobs } from './support/jobs.js';
import type { Server } from './support/server.js';

const MANY_ROWS = 300_000;

const modelgate = installation({ MODELGATE_RATE_LIMIT: '0', MODELGATE_JOB_QUEUE: '2' });

let server: Server;
let jobs: Jobs;
/** V1's predictions for ROWS. */
let labels: unknown[];

const login = () => server.login('paula', 'paulas-pass-word');
const jobsOfPaula = async (): Promise<Jobs> => new Jobs(server, await login(), 'diabetes');

beforeAll(async () => {
  await modelgate.addUser('paula', 'paulas-pass-word', '--role', 'predictor');
  server = await modelgate.serve();
  jobs = await jobsOfPaula();
  const { body } = await server.http
    .post('/v1/models/diabetes:predict')
    .set(bearer(await login()))
    .send({ instances: ROWS })
    .expect(200);
  labels = (body as { predictions: unknown[] }).predictions;
});

// Processes of jobs run at the lowest priority, so this takes a while if other suites run at the same time.
describe('a large job', { timeout: 600_000 }, () => {
  const many = csv(Array.from({ length: MANY_ROWS }, (_, i) => ROWS[i % ROWS.length]));
  const expected = (): string =>
    `predict,error\r\n${Array.from({ length: MANY_ROWS }, (_, i) => `${String(labels[i % ROWS.length])},\r\n`).join('')}`;

  it('is cancelled while others wait, and leaves a record of its rows', async () => {
    const [running, waiting] = [await jobs.start(many), await jobs.start(csv(ROWS))];
    const refused = await jobs.create(csv(ROWS)).expect(429);
    expect(refused.text).toContain('you have 2 queued or running jobs');
    await jobs.heldAmid(running);
    expect((await jobs.get(waiting)).state).toBe('queued');
    await jobs.call('delete', `/${running}`).expect(409);
    await jobs.call('get', `/${running}/results`).expect(409);
    const { body } = await jobs.call('post', `/${running}/cancel`).expect(200);
    expect(body).toMatchObject({ state: 'cancelled' });
    await jobs.call('post', `/${running}/cancel`).expect(200);
    await jobs.finished(waiting);
    await jobs.call('post', `/${waiting}/cancel`).expect(409);
    expect(await jobs.get(running)).toMatchObject({ state: 'cancelled' });
    await jobs.call('get', `/${running}/results`).expect(409);
    const records = (await modelgate.trail()).filter(({ subject }) => subject === running);
    expect(records.map(({ action }) => String(action)).toSorted()).toEqual([
      'job.cancel',
      'job.cancel',
      'job.create',
      'job.delete',
      'job.run',
    ]);
    const run = records.find(({ action }) => action === 'job.run')!;
    expect(JSON.parse(run.response as string)).toMatchObject({ state: 'cancelled' });
  });

  it('loses and repeats no row if its process and its server are killed', async () => {
    const id = await jobs.start(many);
    const first = await jobs.heldAmid(id);
    process.kill(first.runner, 'SIGKILL');
    const second = await jobs.heldAmid(id, first);
    const killed = server.kill();
    goOn(second.runner);
    await killed;
    server = await modelgate.serve();
    jobs = await jobsOfPaula();
    expect((await jobs.get(id)).rows_done).toBeGreaterThanOrEqual(second.rows);
    expect(await jobs.results(id)).toBe(expected());
    expect(await jobs.get(id)).toMatchObject({
      rows_done: MANY_ROWS,
      rows_failed: 0,
      bytes_read: many.length,
    });
    const runs = (await modelgate.trail()).filter(
      ({ subject, action }) => subject === id && action === 'job.run',
    );
    expect(runs.map(({ rows }) => rows)).toEqual([MANY_ROWS]);
  });

  it('continues on the next server if its own is stopped', async () => {
    const id = await jobs.start(many);
    const { runner } = await jobs.heldAmid(id);
    const stopped = server.stop();
    goOn(runner);
    expect(await stopped).toBe(0);
    server = await modelgate.serve();
    jobs = await jobsOfPaula();
    expect(await jobs.results(id)).toBe(expected());
  });
});
