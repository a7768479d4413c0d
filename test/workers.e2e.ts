import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { type AuditRecord, installation, sequence } from './support/installation.js';
import { writeAddingModel } from './support/onnx-models.js';
import type { Server } from './support/server.js';

const PATIENT = [3, 102, 44, 20, 94, 30.8, 0.4, 26];
const LIMIT = 50;

const modelgate = installation({ MODELGATE_WORKERS: '2', MODELGATE_RATE_LIMIT: String(LIMIT) });
let server: Server;

/** Connections are assigned to workers in turn, and each request has its own connection. */
const call = (token: string, path: string, body?: object, id?: string, patience = 20_000) =>
  fetch(server.url + path, {
    method: body ? 'POST' : 'GET',
    headers: {
      ...bearer(token),
      connection: 'close',
      'content-type': 'application/json',
      ...(id && { 'x-request-id': id }),
    },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(patience),
  });

const predict = (token: string, id?: string, patience?: number) =>
  call(token, '/regression', PATIENT, id, patience);

async function inTurn<T>(calls: number, one: (i: number) => Promise<T>): Promise<T[]> {
  const answers = [];
  for (let i = 0; i < calls; i += 1) answers.push(await one(i));
  return answers;
}

const count = <T>(items: readonly T[], wanted: T): number => items.filter((item) => item === wanted).length;

interface Line {
  readonly msg: string;
  readonly worker?: number;
  readonly pid?: number;
}

const logged = (msg: string): Line[] =>
  server.stdout
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as Line)
    .filter((line) => line.msg === msg);

/** The positions of records in one writer's chain, in the order of the trail. */
const chain = (trail: readonly AuditRecord[], number: number): unknown[] =>
  sequence(trail.filter(({ writer }) => String(writer).endsWith(`/${number}`)));

/** The metric that counts requests to /v1/test. */
const ofTest = (status: number, calls: number): RegExp =>
  new RegExp(
    `^modelgate_http_requests_total\\{method="GET",route="/v1/test",status="${status}"\\} ${calls}$`,
    'm',
  );

beforeAll(async () => {
  await modelgate.addUser('ada', 'adas-pass-word', '--role', 'admin');
  await modelgate.addUser('bob', 'bobs-pass-word');
  for (const name of ['eve', 'kim', 'meg']) await modelgate.addUser(name, `${name}s-pass-word`);
  await modelgate.run(['models', 'import', writeAddingModel(modelgate.dir, 'adder.onnx', 1)]);
  await modelgate.run([
    'models',
    'import',
    writeAddingModel(modelgate.dir, 'two.onnx', 2),
    '--name',
    'adder',
  ]);
  server = await modelgate.serve();
});

afterAll(() => server.kill());

describe('a server with two workers', () => {
  it('allows exactly the limit, for concurrent and for consecutive requests', async () => {
    const ada = await server.login('ada', 'adas-pass-word');
    const atOnce = await Promise.all(Array.from({ length: 80 }, () => predict(ada)));
    const statuses = atOnce.map(({ status }) => status);
    expect([count(statuses, 200), count(statuses, 429)]).toEqual([LIMIT, 30]);
    for (const { status, headers } of atOnce) {
      expect(headers.get('ratelimit-limit')).toBe(String(LIMIT));
      expect(Number(headers.get('ratelimit-remaining'))).toBeLessThan(status === 429 ? 1 : LIMIT);
    }

    const bob = await server.login('bob', 'bobs-pass-word');
    const oneByOne = await inTurn(LIMIT + 4, () => predict(bob));
    expect(oneByOne.map(({ status }) => status)).toEqual([...Array(LIMIT).fill(200), ...Array(4).fill(429)]);
  });

  it('serves the promoted version at the next request, in both', async () => {
    const ada = await server.login('ada', 'adas-pass-word');
    for (const version of ['2', '1', '2']) {
      const promoted = await call(ada, `/v1/models/adder/versions/${version}/promote`, {});
      expect(promoted.status).toBe(200);
      const seen = await inTurn(4, async () => (await call(ada, '/v1/models/adder')).json());
      expect(seen).toMatchObject(Array(4).fill({ live_version: version }));
      const eve = await server.login('eve', 'eves-pass-word');
      const sums = await inTurn(4, async () =>
        (await call(eve, '/v1/models/adder:predict', { instances: [[0, 0]] })).json(),
      );
      expect(sums).toEqual(Array(4).fill({ predictions: [[Number(version), Number(version)]] }));
    }
  });

  it('rejects a disabled user at the next request, in both', async () => {
    const bob = await server.login('bob', 'bobs-pass-word');
    const statuses = () => inTurn(4, async () => (await call(bob, '/v1/test')).status);
    expect(await statuses()).toEqual([200, 200, 200, 200]);
    await modelgate.run(['users', 'disable', 'bob']);
    expect(await statuses()).toEqual([400, 400, 400, 400]);
  });

  it('returns the metrics of both, from either', async () => {
    const ada = await server.login('ada', 'adas-pass-word');
    const read = async () => (await call(ada, '/metrics')).text();
    for (const status of [200, 400])
      await expect
        .poll(() => inTurn(2, read), { timeout: 120_000 })
        .toEqual(Array(2).fill(expect.stringMatching(ofTest(status, 4))));
  });

  it('replaces a killed worker, continues its chain, and loses no answered prediction', async () => {
    const kim = await server.login('kim', 'kims-pass-word');
    const meg = await server.login('meg', 'megs-pass-word');
    const answered = new Set<string>();
    const predictUntil = async (token: string, done: () => boolean, name: string) => {
      for (let i = 0; !done(); i += 1) {
        const id = `${name}-${i}`;
        // A request that the killed worker had read is aborted; one that it had not read is never answered.
        const answer = await predict(token, id, 1_000).catch(() => undefined);
        if (answer?.status === 200) answered.add(id);
        await sleep(20);
      }
    };
    await predictUntil(kim, () => answered.size === 4, 'before');
    const { pid } = logged('worker ready').find(({ worker }) => worker === 1)!;
    process.kill(pid!, 'SIGKILL');
    await predictUntil(meg, () => logged('worker ready').length === 3, 'meanwhile');
    expect(logged('worker exited')).toMatchObject([{ worker: 1, pid, signal: 'SIGKILL' }]);
    const after = answered.size;
    await predictUntil(kim, () => answered.size === after + 4, 'after');

    const trail = await modelgate.trail();
    const recorded = new Set(trail.map(({ request_id }) => request_id));
    expect([...answered].filter((id) => !recorded.has(id))).toEqual([]);
    for (const number of [1, 2]) {
      const places = chain(trail, number);
      expect(places.length).toBeGreaterThan(0);
      expect(places).toEqual(places.map((_, i) => i + 1));
    }
  });

  it('completes requests in flight when it is stopped, and exits with 0', async () => {
    const ada = await server.login('ada', 'adas-pass-word');
    const answer = call(ada, '/v1/models', undefined, 'last-call');
    await sleep(20);
    expect(await server.stop()).toBe(0);
    expect((await answer).status).toBe(200);
    expect(server.stderr).toBe('');
    expect(logged('stopped').map(({ worker }) => worker)).toEqual([
      expect.any(Number),
      expect.any(Number),
      undefined,
    ]);
  });
});
