import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { installation } from './support/installation.js';
import type { Server } from './support/server.js';

const PATIENT = [3, 102, 44, 20, 94, 30.8, 0.4, 26];
const modelgate = installation({ MODELGATE_QUOTA_ROWS_PER_DAY: '1000' });

let server: Server;
let admin: string;
let ada: string;
let bob: string;
let cem: string;

beforeAll(async () => {
  await modelgate.addUser('root', 'roots-pass-word', '--role', 'admin');
  await modelgate.addUser('ada', 'adas-pass-word');
  await modelgate.addUser('bob', 'bobs-pass-word');
  await modelgate.addUser('cem', 'cems-pass-word');
  server = await modelgate.serve();
  admin = await server.login('root', 'roots-pass-word');
  ada = await server.login('ada', 'adas-pass-word');
  bob = await server.login('bob', 'bobs-pass-word');
  cem = await server.login('cem', 'cems-pass-word');
});

const rows = (token: string, count: number) =>
  server.http
    .post('/v1/models/diabetes:predict')
    .set(bearer(token))
    .send({ instances: Array(count).fill(PATIENT) });

const put = (subject: string, perMinute: unknown, perDay: unknown) =>
  server.http
    .put(`/v1/quotas/${subject}`)
    .set(bearer(admin))
    .send({ rows_per_minute: perMinute, rows_per_day: perDay });

const mine = async (token: string) =>
  ((await server.http.get('/v1/users/me/quota').set(bearer(token)).expect(200)).body as { items: object[] })
    .items;

const levels = (headers: Record<string, string>) => headers.ratelimit?.replaceAll(/;t=\d+/g, '').split(', ');

describe('quotas', () => {
  it('count the rows of a caller without an own quota against the configured one, shown in headers and to the caller', async () => {
    const { headers } = await rows(ada, 10).expect(200);
    expect(headers['ratelimit-policy']).toBe('"user-day";q=1000;w=86400');
    expect(headers.ratelimit).toMatch(/^"user-day";r=990;t=\d+$/);
    expect(headers['ratelimit-remaining']).toBe('599');
    const midnight = new Date();
    midnight.setUTCHours(24, 0, 0, 0);
    expect(await mine(ada)).toEqual([
      { period: 'day', limit: 1000, remaining: 990, resets_at: midnight.toISOString() },
    ]);
    expect(await mine(bob)).toMatchObject([{ remaining: 1000 }]);
  });

  it('reject a request that exceeds the quota, name the quota, and count none of its rows', async () => {
    await put('user/ADA', 20, 500).expect(200, {
      kind: 'user',
      name: 'ada',
      rows_per_minute: 20,
      rows_per_day: 500,
    });
    const first = await rows(ada, 15).expect(200);
    expect(first.headers['ratelimit-policy']).toBe('"user-minute";q=20;w=60, "user-day";q=500;w=86400');
    expect(levels(first.headers as never)).toEqual(['"user-minute";r=5', '"user-day";r=475']);

    const { headers, body } = await rows(ada, 6).expect(429);
    const seconds = headers['retry-after'];
    expect(Number(seconds)).toBeGreaterThan(0);
    expect(Number(seconds)).toBeLessThanOrEqual(60);
    expect(headers.ratelimit).toBe(`"user-minute";r=5;t=${seconds}`);
    expect(body).toMatchObject({
      code: 'quota_exceeded',
      error: `the quota of 20 rows per minute of the user ada has 5 rows left and this request has 6; try again in ${seconds} s`,
    });
    await rows(ada, 5).expect(200);
    const { body: tooLarge } = await rows(ada, 21).expect(429);
    expect((tooLarge as { error: string }).error).toBe(
      'the quota of 20 rows per minute of the user ada is smaller than the 21 rows of this request; send fewer rows at once',
    );
    expect(await mine(ada)).toMatchObject([
      { period: 'minute', remaining: 0 },
      { period: 'day', remaining: 470 },
    ]);
  });

  it('do not count bad rows, and count the rows of all protocols', async () => {
    await put('user/bob', 0, 8).expect(200);
    await rows(bob, 3).expect(200);
    await server.http.post('/regression').set(bearer(bob)).send([1]).expect(422);
    await server.http.post('/regression').set(bearer(bob)).send(PATIENT).expect(200);
    const v2 = (count: number) =>
      server.http
        .post('/v2/models/diabetes/infer')
        .set(bearer(bob))
        .send({
          inputs: [
            { name: 'input-0', datatype: 'FP64', shape: [count, 8], data: Array(count).fill(PATIENT).flat() },
          ],
        });
    const answer = await v2(4);
    expect([answer.status, levels(answer.headers as never)]).toEqual([200, ['"user-day";r=0']]);
    const { body } = await server.http.post('/regression').set(bearer(bob)).send(PATIENT).expect(429);
    expect((body as { detail: string }).detail).toMatch(
      /^the quota of 8 rows per day of the user bob has 0 rows left/,
    );
  });

  it('of a day count the rows of batch jobs, which fail once the quota is used up', async () => {
    await put('user/cem', 1, 8).expect(200);
    const run = async (rowCount: number) => {
      const { body } = await server.http
        .post('/v1/models/diabetes/jobs')
        .set({ ...bearer(cem), 'content-type': 'application/x-ndjson' })
        .send(`${JSON.stringify(PATIENT)}\n`.repeat(rowCount))
        .expect(202);
      const { id } = body as { id: string };
      for (;;) {
        const { body: job } = await server.http.get(`/v1/models/diabetes/jobs/${id}`).set(bearer(cem));
        const { state, error } = job as { state: string; error?: { code: string } };
        if (state !== 'queued' && state !== 'running') return [state, error?.code];
        await sleep(50);
      }
    };
    expect(await run(6)).toEqual(['succeeded', undefined]);
    expect(await run(6)).toEqual(['failed', 'quota_exceeded']);
    await server.http.delete('/v1/quotas/user/cem').set(bearer(admin)).expect(204);
  });

  it('of a model count the rows of all callers together', async () => {
    await put('model/diabetes', 0, 30).expect(200);
    await put('user/bob', 0, 0).expect(200);
    await put('default', 100, 0).expect(200);
    const root = await rows(admin, 10).expect(200);
    expect(levels(root.headers as never)).toEqual(['"user-minute";r=90', '"model-day";r=20']);
    const unlimited = await rows(bob, 15).expect(200);
    expect(levels(unlimited.headers as never)).toEqual(['"model-day";r=5']);
    const { body } = await rows(admin, 6).expect(429);
    expect((body as { error: string }).error).toMatch(
      /^the quota of 30 rows per day of the model diabetes has 5 rows left/,
    );
    // Rows that the model's quota rejected do not count against the caller's.
    expect(await mine(admin)).toMatchObject([{ period: 'minute', remaining: 90 }]);
  });

  it('set on the command line take effect at the next request, and are recorded', async () => {
    expect(
      await modelgate.run(['quotas', 'set', 'model:diabetes', '--per-minute', '0', '--per-day', '26']),
    ).toBe('model:diabetes: unlimited per minute, 26 per day\n');
    await rows(bob, 2).expect(429);
    await rows(bob, 1).expect(200);
    expect(await modelgate.run(['quotas', 'remove', 'model:diabetes'])).toBe(
      'removed the quota of model:diabetes\n',
    );
    const { headers } = await rows(bob, 2).expect(200);
    expect(headers).not.toHaveProperty('ratelimit');
    expect(
      (await modelgate.run(['quotas', 'list'])).split('\n').map((line) => line.trim().split(/\s{2,}/)),
    ).toEqual([
      ['QUOTA OF', 'ROWS PER MINUTE', 'ROWS PER DAY'],
      ['default', '100', 'unlimited'],
      ['user:ada', '20', '500'],
      ['user:bob', 'unlimited', 'unlimited'],
      [''],
    ]);
    const acts = (await modelgate.trail())
      .filter(({ kind, action }) => kind === 'administration' && String(action).startsWith('quota.'))
      .map(({ actor_kind: kind, action, subject, status }) => [kind, action, subject, status]);
    expect(acts).toEqual(
      expect.arrayContaining([
        ['user', 'quota.set', 'user:ADA', 200],
        ['user', 'quota.set', 'default', 200],
        ['command', 'quota.set', 'model:diabetes', null],
        ['command', 'quota.remove', 'model:diabetes', null],
      ]),
    );
  });

  it('are set by administrators, with an error for each invalid value', async () => {
    for (const path of ['/v1/quotas', '/v1/quotas/default', '/v1/quotas/user/ada'])
      await server.http.get(path).set(bearer(ada)).expect(403);
    await server.http.put('/v1/quotas/default').set(bearer(ada)).send({}).expect(403);
    await server.http.delete('/v1/quotas/user/ada').set(bearer(ada)).expect(403);
    await server.http.get('/v1/quotas/user/nobody').set(bearer(admin)).expect(404);
    await server.http.delete('/v1/quotas/user/nobody').set(bearer(admin)).expect(404);
    for (const [subject, perMinute, perDay, fault] of [
      ['user/ada', -1, 5, 'rows_per_minute'],
      ['user/ada', 1, 1.5, 'rows_per_day'],
      ['user/ada', '1', 1, 'rows_per_minute'],
      ['user/ada', 1, undefined, 'rows_per_day'],
      ['user/ada', 1, 2e12, 'rows_per_day'],
      ['group/ada', 1, 1, 'kind'],
    ] as const) {
      const { body } = await put(subject, perMinute, perDay).expect(422);
      expect(JSON.stringify(body)).toContain(`${fault} `);
    }
    await server.http.delete('/v1/quotas/default').set(bearer(admin)).expect(204);
    const { body } = await server.http.get('/v1/quotas').set(bearer(admin)).expect(200);
    expect(body).toEqual({
      items: [
        { kind: 'user', name: 'ada', rows_per_minute: 20, rows_per_day: 500 },
        { kind: 'user', name: 'bob', rows_per_minute: 0, rows_per_day: 0 },
      ],
      next: null,
    });
    const page = async (query: string) =>
      (await server.http.get(`/v1/quotas?limit=1${query}`).set(bearer(admin)).expect(200)).body as {
        items: { name: string }[];
        next: string | null;
      };
    const first = await page('');
    const second = await page(`&cursor=${first.next}`);
    expect([first, second].map(({ items }) => items.map(({ name }) => name))).toEqual([['ada'], ['bob']]);
    expect(second.next).toBeNull();
    for (const [query, fault] of [
      ['limit=0', 'limit must be a whole number from 1 to 200'],
      ['limit=1&limit=2', 'limit must be given once'],
      ['cursor=x', 'cursor must be the next value of an earlier page'],
      ['offset=1', 'offset is an unknown parameter'],
    ]) {
      const { body } = await server.http.get(`/v1/quotas?${query}`).set(bearer(admin)).expect(422);
      expect((body as { detail: string }).detail).toBe(fault);
    }
  });

  it('of a day are kept over a restart, and are shared by workers', async () => {
    await put('user/ada', 0, 500).expect(200);
    expect(await server.stop()).toBe(0);
    expect(server.stdout).not.toContain('"level":50');
    server = await modelgate.serve({ env: { MODELGATE_WORKERS: '2' } });
    expect(await mine(ada)).toMatchObject([{ period: 'day', limit: 500, remaining: 470 }]);
    const answers = await Promise.all(
      Array.from({ length: 60 }, () =>
        fetch(`${server.url}/v1/models/diabetes:predict`, {
          method: 'POST',
          headers: { ...bearer(ada), connection: 'close', 'content-type': 'application/json' },
          body: JSON.stringify({ instances: Array(10).fill(PATIENT) }),
        }),
      ),
    );
    const faults = answers.filter(({ status }) => status !== 200 && status !== 429);
    expect(await Promise.all(faults.map((answer) => answer.text()))).toEqual([]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(47);
    expect(await server.stop()).toBe(0);
    server = await modelgate.serve();
    expect(await mine(ada)).toMatchObject([{ period: 'day', remaining: 0 }]);
  });
});
