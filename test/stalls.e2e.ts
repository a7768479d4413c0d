import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { callGrpc } from './support/grpc-caller.js';
import { installation } from './support/installation.js';
import type { Server } from './support/server.js';

const modelgate = installation({ MODELGATE_RATE_LIMIT: '0', MODELGATE_RESPONSE_LIMIT: '65536' });
const PATIENT = [3, 102, 44, 20, 94, 30.8, 0.4, 26];
const V2 = '/v2/models/diabetes/infer';

let server: Server;
let token: string;

beforeAll(async () => {
  server = await modelgate.serve({ env: { MODELGATE_GRPC_PORT: '0' } });
  token = await server.login();
});

const post = (path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
  server.http
    .post(path)
    .set(bearer(token))
    .set('content-type', 'application/json')
    .set(headers)
    .serialize((sent: unknown) => sent as string)
    .send(body);

const table = (rows: number): object => ({
  name: 'input-0',
  datatype: 'FP64',
  shape: [rows, 8],
  data: Array.from({ length: rows }, () => PATIENT).flat(),
});
const outputs = (count: number, name = 'predict_proba'): object[] =>
  Array.from({ length: count }, () => ({ name }));

describe('an answer is bounded before it is computed', () => {
  it('refuses an output that is asked for more than once', async () => {
    const body = JSON.stringify({ inputs: [table(1)], outputs: outputs(2) });
    const { status, body: answer } = await post(V2, body);
    expect([status, answer]).toEqual([400, { error: 'outputs: contains two outputs named predict_proba' }]);
  });

  it('refuses thousands of outputs in a small compressed body', async () => {
    const body = gzipSync(JSON.stringify({ inputs: [table(4000)], outputs: outputs(20_000) }));
    const { status, body: answer } = await post(V2, body, { 'content-encoding': 'gzip' });
    expect([status, answer]).toEqual([400, { error: 'outputs: must have at most 1000 entries, not 20000' }]);
  });

  it('refuses them over gRPC', async () => {
    const message = {
      model_name: 'diabetes',
      inputs: [{ name: 'input-0', datatype: 'FP64', shape: [1, 8], contents: { fp64_contents: PATIENT } }],
      outputs: outputs(20_000),
    };
    const INVALID_ARGUMENT = 3;
    expect(await callGrpc(server.ports.grpc!, 'ModelInfer', message, bearer(token))).toBe(INVALID_ARGUMENT);
  });

  it('refuses more results than the limit, and answers as many', async () => {
    const most = 65_536 / 8;
    const asked = (rows: number) => post(V2, JSON.stringify({ inputs: [table(rows)] }));
    expect((await asked(most)).status).toBe(200);
    const { status, body } = await asked(most + 1);
    expect([status, body]).toEqual([
      413,
      {
        error:
          'the answer would have 65544 bytes of values; 65536 are allowed. Send fewer rows, or ask for fewer outputs',
      },
    ]);
  });

  it('refuses a job that names an output twice', async () => {
    const { status, body } = await server.http
      .post('/v1/models/diabetes/jobs?outputs=predict,predict')
      .set(bearer(token))
      .set('content-type', 'text/csv')
      .send(`${PATIENT.join()}\n`);
    expect([status, body]).toMatchObject([422, { detail: 'outputs names an output twice' }]);
  });
});

describe('a body costs no more than its bytes', () => {
  it('rejects invalid rows without allocating the memory that they announce', async () => {
    const body = JSON.stringify({ instances: new Array<number>(2_000_000).fill(0) });
    const { status, body: answer } = await post('/v1/models/diabetes:predict', body);
    expect([status, answer]).toMatchObject([400, { code: 'invalid_input' }]);
  });

  it('refuses lists that are nested without end', async () => {
    const { status, body } = await post(V2, '['.repeat(4_000_000));
    expect([status, body]).toEqual([400, { error: 'the body nests more than 100 lists and objects' }]);
  });

  it('says where a long text ends too early', async () => {
    const { status, body } = await post(V2, `{"inputs":[${'1,'.repeat(2_000_000)}`);
    expect([status, body]).toEqual([400, { error: 'the body is not JSON: unexpected end' }]);
  });

  it('refuses tens of thousands of tensors', async () => {
    const tensors = Array.from({ length: 50_000 }, (_, i) => ({
      name: `t${i}`,
      datatype: 'FP64',
      shape: [1],
      data: [1],
    }));
    const { status, body } = await post(V2, JSON.stringify({ inputs: tensors }));
    expect(status).toBe(400);
    expect((body as { error: string }).error).toMatch(/^t0: unknown feature; t1: unknown feature; /);
  });

  it('refuses a number of a million digits in CSV', async () => {
    const { status } = await server.http
      .post('/v1/models/diabetes:predict')
      .set(bearer(token))
      .set('content-type', 'text/csv')
      .send(`${PATIENT.slice(1).join()},${'1'.repeat(1_000_000)}x\n`);
    expect(status).toBe(415);
  });
});
