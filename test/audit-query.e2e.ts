import { beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { parseCsv } from './support/csv.js';
import { type AuditRecord, installation } from './support/installation.js';
import type { Server } from './support/server.js';

const modelgate = installation();
let server: Server;
let auditor: string;
let demo: string;

const ROW = [3, 102, 44, 20, 94, 30.8, 0.4, 26];
const OTHER = [1, 85, 66, 29, 0, 26.6, 0.351, 31];

interface Page {
  readonly items: readonly AuditRecord[];
  readonly next: string | null;
}

async function page(query: string): Promise<Page> {
  const { body } = await server.http.get(`/v1/audit?${query}`).set(bearer(auditor)).expect(200);
  return body as Page;
}

const idsOf = ({ items }: Page): unknown[] => items.map((record) => record.request_id);

beforeAll(async () => {
  server = await modelgate.serve();
  await modelgate.addUser('ann', 'ann-has-a-password', '--role', 'auditor');
  auditor = await server.login('ann', 'ann-has-a-password');
  demo = await server.login();
  const post = (path: string, requestId: string, body: object, subject?: string) =>
    server.http
      .post(path)
      .set({ ...bearer(demo), 'x-request-id': requestId, ...(subject && { 'x-subject-id': subject }) })
      .send(body);
  await post('/regression', 'reference', ROW, 'case-1').expect(200);
  await post('/v1/models/diabetes:predict', 'v1', { instances: [OTHER, ROW] }, 'case-2').expect(200);
  const features = ['preg', 'plas', 'pres', 'skin', 'test', 'mass', 'pedi', 'age'];
  const named = Object.fromEntries(features.map((name, i) => [name, ROW[i]]));
  await post('/v1/models/diabetes:predict', 'v1-named', { instances: [named] }).expect(200);
  const input = { name: 'input', datatype: 'FP64', shape: [1, 8], data: OTHER };
  const { body } = await server.http.get('/v2/models/diabetes').set(bearer(demo)).expect(200);
  input.name = (body as { inputs: { name: string }[] }).inputs[0].name;
  await post('/v2/models/diabetes/infer', 'v2', { inputs: [input] }, 'case-1').expect(200);
  await post('/regression', 'refused', [1, 2], 'case-1').expect(422);
  await post('/v1/models/none:predict', 'no-model', { instances: [[1]] }).expect(404);
});

describe('a query', () => {
  it.each([
    ['model=diabetes', ['refused', 'v2', 'v1-named', 'v1', 'reference']],
    ['model=diabetes&order=asc', ['reference', 'v1', 'v1-named', 'v2', 'refused']],
    ['kind=prediction&status=4xx', ['no-model', 'refused']],
    ['kind=prediction&status=404', ['no-model']],
    ['kind=prediction&status=2xx&version=1', ['v2', 'v1-named', 'v1', 'reference']],
    ['subject=case-1', ['refused', 'v2', 'reference']],
    ['subject=case-1&status=200', ['v2', 'reference']],
    ['request_id=v1', ['v1']],
    ['user=trialuser&kind=prediction&model=none', ['no-model']],
    ['user=nobody', []],
    ['feature.preg=3', ['v1-named', 'v1', 'reference']],
    ['feature=mass:26.60', ['v2', 'v1']],
    ['feature.preg=3&feature.age=31', []],
    ['feature.age=31&feature.preg=1', ['v2', 'v1']],
    ['kind=prediction&to=2001-01-01', []],
    ['kind=prediction&from=2001-01-01T00:00:00%2B02:00&client_id=none', []],
  ])('?%s returns the matching records, newest first', async (query, expected) => {
    const found = await page(query);
    expect({ ids: idsOf(found), next: found.next }).toEqual({ ids: expected, next: null });
  });

  it('finds acts of administration by action', async () => {
    const { items: records } = await page('action=login&user=ann');
    expect(records.map(({ kind, route, status }) => [kind, route, status])).toEqual([
      ['administration', '/token', 200],
    ]);
  });

  it('continues after the last page', async () => {
    const seen: unknown[] = [];
    let next: string | null = '';
    while (next !== null) {
      const found = await page(`model=diabetes&limit=2${next && `&cursor=${next}`}`);
      expect(found.items.length).toBeLessThanOrEqual(2);
      seen.push(...idsOf(found));
      next = found.next;
    }
    expect(seen).toEqual(['refused', 'v2', 'v1-named', 'v1', 'reference']);
  });

  it('separates two records by a time between them', async () => {
    const { items: records } = await page('model=diabetes&order=asc');
    const [from, to] = [records[1].time, records[3].time];
    const between = records.filter(({ time }) => time! >= from! && time! < to!);
    expect(idsOf(await page(`model=diabetes&order=asc&from=${from}&to=${to}`))).toEqual(
      idsOf({ items: between, next: null }),
    );
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=ten', 'limit'],
    ['order=up', 'order'],
    ['cursor=rubbish', 'cursor'],
    ['from=yesterday', 'from'],
    ['to=2026-13-01', 'to'],
    ['status=600', 'status'],
    ['kind=other', 'kind'],
    ['version=one', 'version'],
    ['user=a&user=b', 'user'],
    ['user=', 'user'],
    ['model=%00', 'model'],
    ['feature=preg', 'feature', 0],
    ['feature.preg=', 'feature', 0, 'value'],
    ['colour=red', 'colour'],
  ])("?%s is rejected with the parameter's name", async (query, ...loc) => {
    const { body } = await server.http.get(`/v1/audit?${query}`).set(bearer(auditor)).expect(422);
    expect(body).toMatchObject({ code: 'validation_failed', faults: [{ loc: ['query', ...loc] }] });
  });
});

describe('a record', () => {
  it('is returned by its id', async () => {
    const { items: records } = await page('request_id=reference');
    const { body } = await server.http.get(`/v1/audit/${records[0].id}`).set(bearer(auditor)).expect(200);
    expect(body).toEqual(records[0]);
    expect(body).toMatchObject({ request: JSON.stringify(ROW), subject: 'case-1', username: 'trialuser' });
  });

  it.each(['0', '2147483648', '-1', 'x'])('returns 404 for the id %s', async (id) => {
    await server.http.get(`/v1/audit/${id}`).set(bearer(auditor)).expect(404);
  });
});

describe('an export', () => {
  it("contains the matching records, oldest first, like the command line's", async () => {
    const { text } = await server.http
      .get('/v1/audit/export?format=csv&model=diabetes&status=2xx')
      .set(bearer(auditor))
      .expect(200)
      .expect('content-type', 'text/csv; charset=utf-8')
      .expect('content-disposition', 'attachment; filename="audit.csv"');
    const [header, ...rows] = parseCsv(text);
    const column = header.indexOf('request_id');
    expect(rows.map((row) => row[column])).toEqual(['reference', 'v1', 'v1-named', 'v2']);
    expect(await modelgate.run(['log', 'export', '--model', 'diabetes', '--status', '2xx'])).toBe(text);
  });

  it('streams NDJSON', async () => {
    const { text } = await server.http
      .get('/v1/audit/export?format=ndjson&feature=preg:3&order=desc')
      .set(bearer(auditor))
      .buffer(true)
      .expect(200);
    const lines = text.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as AuditRecord).request_id)).toEqual([
      'v1-named',
      'v1',
      'reference',
    ]);
  });

  it('rejects an unknown format', async () => {
    await server.http.get('/v1/audit/export?format=xml').set(bearer(auditor)).expect(422);
  });
});

describe('a trail of many pages', () => {
  /**
   * More than two windows; ten records per millisecond; one in 1,000 is larger than a page, one in 250 has a rare
   * client.
   */
  const COUNT = 5_300;
  const LARGE = 'x'.repeat(300_000);
  const idOf = (i: number): string => `many-${i}`;
  const all = Array.from({ length: COUNT }, (_, i) => idOf(i));

  beforeAll(() =>
    modelgate.sql(`
      WITH RECURSIVE numbers(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM numbers WHERE i < ${COUNT - 1})
      INSERT INTO audit_records (writer, seq, time, kind, request_id, client_id, request, content_digest, hash, mac)
      SELECT 'other', i + 1, '2010-01-01T00:00:00.' || substr(CAST(1000 + i / 10 AS text), 2) || 'Z', 'request',
        'many-' || i, CASE WHEN i % 250 = 3 THEN 'rare' ELSE 'common' END,
        CASE WHEN i % 1000 = 0 THEN '${LARGE}' END, '', '', ''
      FROM numbers ORDER BY i`),
  );

  const exported = async (query: string): Promise<AuditRecord[]> => {
    const { text } = await server.http
      .get(`/v1/audit/export?format=ndjson&to=2011-01-01&${query}`)
      .set(bearer(auditor))
      .buffer(true)
      .expect(200);
    return text.split('\n', COUNT + 1).flatMap((line) => (line ? [JSON.parse(line) as AuditRecord] : []));
  };
  const requestIds = (records: readonly AuditRecord[]): unknown[] =>
    records.map((record) => record.request_id);

  it('is exported completely and in order', async () => {
    const records = await exported('order=asc');
    expect(requestIds(records)).toEqual(all);
    expect(records.flatMap(({ request }, i) => (request === LARGE ? [i] : []))).toEqual([
      0, 1000, 2000, 3000, 4000, 5000,
    ]);
    expect(requestIds(await exported('order=desc'))).toEqual(all.toReversed());
  });

  it('is searched for values without an index', async () => {
    const rare = all.filter((_, i) => i % 250 === 3);
    expect(requestIds(await exported('client_id=rare'))).toEqual(rare);
    const seen: unknown[] = [];
    let pages = 0;
    for (let next: string | null = ''; next !== null; pages++) {
      const found = await page(`to=2011-01-01&order=asc&client_id=rare${next && `&cursor=${next}`}`);
      seen.push(...idsOf(found));
      next = found.next;
    }
    expect({ seen, pages }).toEqual({ seen: rare, pages: 3 });
  });

  it('is returned in consecutive pages of any size', async () => {
    const first = await page('to=2011-01-01&order=asc&limit=1000');
    expect(idsOf(first)).toEqual(all.slice(0, 1000));
    const second = await page(`to=2011-01-01&order=asc&limit=150&cursor=${first.next}`);
    expect(idsOf(second)).toEqual(all.slice(1000, 1150));
  });
});

describe('the audit scope', () => {
  it.each(['/v1/audit', '/v1/audit/export', '/v1/audit/1'])('is required by %s', async (path) => {
    const { body } = await server.http
      .post('/token')
      .type('form')
      .send({ username: 'trialuser', password: 'trialpass123', scope: 'predict' });
    const { access_token: token } = body as { access_token: string };
    await server.http.get(path).set(bearer(token)).expect(403);
    await server.http.get(path).expect(401);
  });
});
