import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { type AuditRecord, installation, ON_POSTGRES } from './support/installation.js';
import type { Server } from './support/server.js';

const modelgate = installation();
let server: Server;
let token: string;

const PATIENT = [3, 102, 44, 20, 94, 30.8, 0.4, 26];
/** A value that occurs nowhere else. */
const MASS = 31.41592653;
const SECRET = [3, 102, 44, 20, 94, MASS, 0.4, 777];

const post = (path: string, requestId: string, subject = '') =>
  server.http.post(path).set({ ...bearer(token), 'x-request-id': requestId, 'x-subject-id': subject });

async function find(query: string): Promise<AuditRecord[]> {
  const { body } = await server.http.get(`/v1/audit?${query}`).set(bearer(token)).expect(200);
  return (body as { items: AuditRecord[] }).items;
}

async function recordOf(requestId: string): Promise<AuditRecord> {
  const found = await find(`request_id=${requestId}`);
  expect(found).toHaveLength(1);
  return found[0];
}

beforeAll(async () => {
  server = await modelgate.serve();
  await modelgate.addUser('ann', 'ann-has-a-password', '--role', 'admin');
  token = await server.login('ann', 'ann-has-a-password');
});

describe('an erasure', () => {
  it("removes one person's inputs and outputs, and keeps the rest and the chain", async () => {
    const input = { name: 'x', datatype: 'FP64', shape: [1, 8], data: SECRET };
    await post('/regression', 'first', 'case-1').send(SECRET).expect(200);
    await post('/v2/models/diabetes/infer', 'second', 'case-1')
      .send({ inputs: [input] })
      .expect(200);
    await post('/regression', 'other', 'case-2').send(PATIENT).expect(200);
    const before = await recordOf('first');
    const { body } = await server.http
      .post('/v1/audit/erase')
      .set({ ...bearer(token), 'x-request-id': 'erasure' })
      .send({ subject: 'case-1' })
      .expect(200);
    expect(body).toEqual({ erased: 2, jobs: 0, complete: true });
    expect(await recordOf('first')).toEqual({
      ...before,
      request: null,
      response: null,
      request_headers: null,
      content_salt: null,
    });
    expect(await recordOf('second')).toMatchObject({ request: null, response: null, subject: 'case-1' });
    expect(await recordOf('other')).toMatchObject({ request: JSON.stringify(PATIENT) });
    expect(await recordOf('erasure')).toMatchObject({
      kind: 'administration',
      action: 'audit.erase',
      subject: 'case-1',
      request: '{"subject":"case-1"}',
      response: '{"erased":2,"jobs":0,"complete":true}',
    });
    const verified = await modelgate.run(['audit', 'verify']);
    expect(verified).toMatch(/\/0: ok, .*, 2 with erased content\n/);
  });

  it.skipIf(ON_POSTGRES)('leaves no byte of them in the data directory', () => {
    const names = readdirSync(modelgate.dataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    expect(names.map((name) => basename(name))).toEqual(
      expect.arrayContaining(['modelgate.db', 'audit-0a.journal']),
    );
    expect(names.filter((name) => readFileSync(name).includes(String(MASS)))).toEqual([]);
  });

  it.skipIf(ON_POSTGRES)(
    'reports that it is incomplete while a reader uses an older state of the file',
    async () => {
      await post('/regression', 'third', 'case-3').send(PATIENT).expect(200);
      const erase = () =>
        server.http.post('/v1/audit/erase').set(bearer(token)).send({ subject: 'case-3' }).expect(200);
      await recordOf('third');
      const reader = await modelgate.openDatabase();
      await reader.run('BEGIN');
      await reader.run('SELECT count(*) FROM audit_records');
      expect((await erase()).body).toEqual({ erased: 1, jobs: 0, complete: false });
      await reader.run('COMMIT');
      await reader.close();
      expect((await erase()).body).toEqual({ erased: 0, jobs: 0, complete: true });
      // The erasures' own records have the same subject.
      for (const { request } of await find('action=audit.erase&subject=case-3'))
        expect(request).toBe('{"subject":"case-3"}');
    },
  );

  it('succeeds during queries of the trail', async () => {
    const queries = Array.from({ length: 40 }, () => find('limit=100'));
    const erasures = Array.from({ length: 10 }, () =>
      server.http.post('/v1/audit/erase').set(bearer(token)).send({ subject: 'nobody' }).expect(200),
    );
    for (const { body } of await Promise.all(erasures))
      expect(body).toEqual({ erased: 0, jobs: 0, complete: true });
    await Promise.all(queries);
  });

  it('is not undone by a replay, and its contents are not found by a feature search', async () => {
    const { id } = await recordOf('first');
    const { body } = await server.http.post(`/v1/audit/${id}/replay`).set(bearer(token)).expect(409);
    expect(body).toMatchObject({ detail: `the content of record ${id} was erased` });
    expect(await find('feature.age=777')).toEqual([]);
  });

  it('removes what a user sent before a time, on the command line', async () => {
    const printed = await modelgate.run(['audit', 'erase', '--user', 'ann', '--before', '2001-01-01']);
    expect(printed).toBe('erased the content of 0 records, deleted 0 batch jobs\n');
    const [record] = await find('action=audit.erase&subject=ann');
    expect(JSON.parse(record.request as string)).toEqual({
      user: 'ann',
      before: '2001-01-01T00:00:00.000Z',
      erased: 0,
      jobs: 0,
    });
  });

  it.each([
    [{}, 'the body must have subject, user or actor_id'],
    [[], 'the body must be of type object'],
    [{ subject: '' }, 'subject must not be empty'],
    [{ user: 'ann', before: 'now' }, 'before must be a date or a time, for example 2026-01-31T12:00:00Z'],
    [{ user: 'ann', model: 'diabetes' }, 'model is an unknown field'],
  ])('of %j is rejected', async (body, detail) => {
    const { body: refusal } = await server.http
      .post('/v1/audit/erase')
      .set(bearer(token))
      .send(body)
      .expect(422);
    expect(refusal).toMatchObject({ code: 'validation_failed', detail });
  });

  it('requires more than the right to read the trail', async () => {
    const reader = await server.login();
    await server.http.post('/v1/audit/erase').set(bearer(reader)).send({ user: 'ann' }).expect(403);
  });
});

describe('redaction', () => {
  const path = '/v1/models/diabetes/redaction';

  it('hashes or drops features from the next request on', async () => {
    const features = { hash: ['age'], drop: ['mass'] };
    const { body } = await server.http.put(path).set(bearer(token)).send(features).expect(200);
    expect(body).toEqual(features);
    await post('/regression', 'redacted', 'case-3').send(SECRET).expect(200);
    const record = await recordOf('redacted');
    expect(JSON.parse(record.request as string)).toEqual({
      instances: [
        {
          preg: 3,
          plas: 102,
          pres: 44,
          skin: 20,
          test: 94,
          pedi: 0.4,
          age: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        },
      ],
    });
    expect(JSON.parse(record.flags as string)).toEqual({
      out_of_range: [{ row: 0, feature: 'age' }],
      redacted: true,
    });
    expect((await find('feature.age=777.0')).map((found) => found.request_id)).toEqual(['redacted']);
    expect(await find('feature.age=778')).toEqual([]);
  });

  it('keeps redacted values out of the recorded response', async () => {
    const { body } = await post('/v1/models/diabetes:predict', 'redacted-v1')
      .send({ instances: [SECRET] })
      .expect(200);
    expect((body as { parameters: unknown }).parameters).toEqual({
      out_of_range: [{ row: 0, feature: 'age', range: [expect.any(Number), expect.any(Number)] }],
    });
    expect((await recordOf('redacted-v1')).response).toBe(JSON.stringify(body));
  });

  it('records nothing of a body whose values cannot be assigned to features', async () => {
    await post('/regression', 'redacted-refused').send([MASS, 777]).expect(422);
    await post('/v2/models/diabetes/infer', 'redacted-rubbish')
      .set('content-type', 'application/octet-stream')
      .send(Buffer.from(`{"rubbish": ${MASS}`))
      .expect(400);
    for (const id of ['redacted-refused', 'redacted-rubbish'])
      expect(await recordOf(id)).toMatchObject({ model: 'diabetes', request: null, response: null });
  });

  it('cannot be replayed', async () => {
    const { id } = await recordOf('redacted');
    const { body } = await server.http.post(`/v1/audit/${id}/replay`).set(bearer(token)).expect(409);
    expect(body).toMatchObject({ detail: `the inputs of record ${id} were redacted` });
  });

  it('can be read, and its changes are recorded as acts of administration', async () => {
    const { body } = await server.http.get(path).set(bearer(token)).expect(200);
    expect(body).toEqual({ hash: ['age'], drop: ['mass'] });
    const [record] = await find('action=model.redact');
    expect(record).toMatchObject({
      subject: 'diabetes',
      username: 'ann',
      request: '{"hash":["age"],"drop":["mass"]}',
    });
  });

  it.each([
    [
      { hash: ['none'] },
      'unknown feature \\"none\\"; features of diabetes: preg, plas, pres, skin, test, mass, pedi, age',
    ],
    [{ hash: ['age'], drop: ['age'] }, 'age cannot be both hashed and dropped'],
    [{ hash: 'age' }, 'hash must be a list of feature names'],
  ])('of %j is rejected', async (features, detail) => {
    const { body } = await server.http.put(path).set(bearer(token)).send(features).expect(422);
    expect(body).toMatchObject({ code: 'validation_failed' });
    expect(JSON.stringify(body)).toContain(detail);
  });

  it('ends at the next request after the command line removed it', async () => {
    expect(await modelgate.run(['models', 'redact', 'diabetes', '--drop', 'preg'])).toBe(
      'diabetes: preg dropped\n',
    );
    await post('/regression', 'preg-dropped').send(PATIENT).expect(200);
    expect((await recordOf('preg-dropped')).request).not.toContain('preg');
    expect(await modelgate.run(['models', 'redact', 'diabetes'])).toBe('diabetes: nothing is redacted\n');
    await post('/regression', 'plain').send(PATIENT).expect(200);
    expect((await recordOf('plain')).request).toBe(JSON.stringify(PATIENT));
  });
});
