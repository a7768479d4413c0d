import { join } from 'node:path';
import grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { type AuditRecord, installation } from './support/installation.js';
import { PROJECT_DIR } from './support/program.js';
import type { Server } from './support/server.js';

const modelgate = installation();
let server: Server;
let client: grpc.Client;
let token: string;

const PATIENT = [3, 102, 44, 20, 94, 30.8, 0.4, 26];
const TABLE = { name: 'x', datatype: 'FP64', shape: [1, 8] };

const post = (path: string, requestId: string) =>
  server.http.post(path).set({ ...bearer(token), 'x-request-id': requestId });

async function recordOf(query: string): Promise<AuditRecord> {
  const { body } = await server.http.get(`/v1/audit?${query}`).set(bearer(token)).expect(200);
  const { items: records } = body as { items: AuditRecord[] };
  expect(records).toHaveLength(1);
  return records[0];
}

const replay = (id: unknown, who = token) =>
  server.http.post(`/v1/audit/${String(id)}/replay`).set(bearer(who));

beforeAll(async () => {
  server = await modelgate.serve({ args: ['--grpc-port', '0'] });
  await modelgate.addUser('ann', 'ann-has-a-password', '--role', 'admin');
  token = await server.login('ann', 'ann-has-a-password');
  await post('/regression', 'reference').send(PATIENT).expect(200);
  await post('/v1/models/diabetes:predict', 'v1')
    .send({ instances: [PATIENT, [300, ...PATIENT.slice(1)]] })
    .expect(200);
  const asked = { id: 'mine', inputs: [{ ...TABLE, data: PATIENT }], outputs: [{ name: 'predict_proba' }] };
  await post('/v2/models/diabetes/infer', 'v2').send(asked).expect(200);
  const tail = Buffer.from(Float64Array.from(PATIENT).buffer);
  const inputs = [{ ...TABLE, parameters: { binary_data_size: tail.length } }];
  const header = Buffer.from(JSON.stringify({ inputs, parameters: { binary_data_output: true } }));
  await post('/v2/models/diabetes/infer', 'v2-binary')
    .set({
      'content-type': 'application/octet-stream',
      'inference-header-content-length': String(header.length),
    })
    .send(Buffer.concat([header, tail]))
    .expect(200);
  await post('/regression', 'refused').send([1]).expect(422);
  const definition = loadSync(join(PROJECT_DIR, 'proto/inference.proto'), { keepCase: true, longs: String });
  const Service = grpc.makeGenericClientConstructor(
    definition['inference.GRPCInferenceService'] as grpc.ServiceDefinition,
    'inference',
  );
  client = new Service(`127.0.0.1:${server.ports.grpc}`, grpc.credentials.createInsecure());
  const metadata = new grpc.Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  const infer = (message: object) =>
    new Promise<void>((resolve, reject) =>
      (client as unknown as Record<string, (...all: unknown[]) => void>).ModelInfer(
        message,
        metadata,
        (error: Error | null) => (error ? reject(error) : resolve()),
      ),
    );
  await infer({ model_name: 'diabetes', inputs: [{ ...TABLE, contents: { fp64_contents: PATIENT } }] });
  await infer({ model_name: 'diabetes', id: 'raw', inputs: [TABLE], raw_input_contents: [tail] });
});

afterAll(() => client.close());

describe('a replay', () => {
  it.each(['reference', 'v1', 'v2', 'v2-binary'])(
    'of a %s request returns the recorded response',
    async (id) => {
      const record = await recordOf(`request_id=${id}`);
      const { body } = await replay(record.id).expect(200);
      const answer = JSON.parse(record.response as string) as unknown;
      expect(body).toEqual({
        same: true,
        model: 'diabetes',
        version: 1,
        digest: record.model_digest,
        recorded: answer,
        replayed: answer,
        differences: [],
      });
    },
  );

  it('of gRPC calls, typed and raw, returns the recorded responses', async () => {
    const { body } = await server.http
      .get('/v1/audit?kind=prediction&order=asc')
      .set(bearer(token))
      .expect(200);
    const calls = (body as { items: AuditRecord[] }).items.filter(({ method }) => method === 'gRPC');
    expect(calls).toHaveLength(2);
    for (const { id } of calls) {
      const { body: found } = await replay(id).expect(200);
      expect(found).toMatchObject({ same: true, recorded: { model_name: 'diabetes' }, differences: [] });
    }
  });

  it('is an act of administration, whose record does not copy the replayed one', async () => {
    const { id } = await recordOf('request_id=reference');
    await replay(id).set('x-request-id', 'replayed').expect(200);
    expect(await recordOf('request_id=replayed')).toMatchObject({
      kind: 'administration',
      action: 'audit.replay',
      subject: String(id),
      username: 'ann',
      status: 200,
      model: null,
      response: null,
    });
  });

  it('returns the differences', async () => {
    const { id } = await recordOf('request_id=v1');
    const database = await modelgate.openDatabase();
    await database.run('UPDATE audit_records SET response = ? WHERE id = ?', ['{"predictions":[1,0]}', id]);
    await database.close();
    const { body } = await replay(id).expect(200);
    expect(body).toMatchObject({ same: false, recorded: { predictions: [1, 0] } });
    const { differences } = body as { differences: unknown[] };
    expect(differences).toContainEqual({ path: 'predictions[0]', recorded: 1, replayed: 0 });
  });
});

describe('what cannot be replayed', () => {
  it('is told why', async () => {
    const refused = await recordOf('request_id=refused');
    const login = await recordOf('action=login');
    for (const [id, detail] of [
      [refused.id, `the prediction of record ${refused.id} was not answered`],
      [login.id, `record ${login.id} is not a prediction`],
    ]) {
      const { body } = await replay(id).expect(409);
      expect(body).toMatchObject({ code: 'conflict', detail });
    }
    await replay('2147483647').expect(404);
  });

  it('is a prediction of a removed version', async () => {
    const { id } = await recordOf('request_id=reference');
    const database = await modelgate.openDatabase();
    await database.run("UPDATE model_versions SET digest = 'other'");
    const { body } = await replay(id).expect(409);
    expect(body).toMatchObject({
      detail: 'version 1 of the model diabetes has changed since: its digest differs',
    });
    await database.run('DELETE FROM model_versions');
    await database.close();
    const { body: gone } = await replay(id).expect(409);
    expect(gone).toMatchObject({ detail: 'version 1 of the model diabetes was removed' });
  });

  it('is a prediction of a model that the caller may not ask', async () => {
    const { id } = await recordOf('request_id=reference');
    const { body } = await server.http
      .post('/token')
      .type('form')
      .send({ username: 'ann', password: 'ann-has-a-password', scope: 'audit:read' });
    const { body: refusal } = await replay(id, (body as { access_token: string }).access_token).expect(403);
    expect(refusal).toMatchObject({ code: 'insufficient_scope', detail: 'this requires the scope predict' });
  });
});
