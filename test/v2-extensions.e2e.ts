import { join } from 'node:path';
import grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { bearer } from './support/bearer.js';
import { InferenceClient, PATIENT, patient, withToken } from './support/inference-client.js';
import { installation } from './support/installation.js';
import { PROJECT_DIR } from './support/program.js';
import type { Server } from './support/server.js';

const IRIS = join(PROJECT_DIR, 'test/fixtures/sklearn/1.9.1/iris-logistic.pkl');
const FLOWER = [5.1, 3.5, 1.4, 0.2];

const modelgate = installation({ MODELGATE_RATE_LIMIT: '0' });
let server: Server;
let token: string;
let client: InferenceClient;
beforeAll(async () => {
  await modelgate.addUser('olga', 'olgas-pass-word', '--role', 'operator');
  await modelgate.run(['models', 'import', IRIS, '--name', 'iris']);
  server = await modelgate.serve({ args: ['--grpc-port', '0'] });
  token = await server.login('olga', 'olgas-pass-word');
  client = new InferenceClient(server.ports.grpc!, token);
  return () => client.close();
});

const post = (path: string, body: string | Buffer | object, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/v2/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...bearer(token), ...headers },
    body:
      typeof body === 'string' || Buffer.isBuffer(body)
        ? new Uint8Array(Buffer.from(body))
        : JSON.stringify(body),
  });
const infer = async (model: string, body: object) => {
  const answer = await post(`models/${model}/infer`, body);
  return [answer.status, (await answer.json()) as Record<string, unknown>] as const;
};
const tensor = (data: unknown[], shape: number[], datatype = 'FP64') => ({
  name: 'x',
  datatype,
  shape,
  data,
});

describe('the server', () => {
  it('describes itself at /v2/ too', async () => {
    const { body } = await server.http.get('/v2/').set(bearer(token)).expect(200);
    expect(body).toMatchObject({
      name: 'modelgate',
      extensions: expect.arrayContaining(['classification', 'statistics', 'model_repository']) as unknown,
    });
  });

  it('compresses answers of infer only', async () => {
    const gzip = { ...bearer(token), 'accept-encoding': 'gzip' };
    const metadata = await fetch(`${server.url}/v2/models/stats`, { headers: gzip });
    expect(metadata.headers.get('content-encoding')).toBeNull();
    const rows = Array.from({ length: 400 }, () => PATIENT).flat();
    const answer = await post(
      'models/diabetes/infer',
      { inputs: [tensor(rows, [400, 8])], outputs: [{ name: 'predict_proba' }] },
      { 'accept-encoding': 'gzip' },
    );
    expect(answer.headers.get('content-encoding')).toBe('gzip');
  });
});

describe('outputs', () => {
  it('keep their shape without rows', async () => {
    const [status, body] = await infer('iris', {
      inputs: [tensor([], [0, 4])],
      outputs: [{ name: 'predict_proba' }],
    });
    expect([status, body.outputs]).toEqual([
      200,
      [{ name: 'predict_proba', datatype: 'FP64', shape: [0, 3], data: [] }],
    ]);
  });

  it('are refused twice', async () => {
    const outputs = [{ name: 'predict' }, { name: 'predict' }];
    expect(await infer('diabetes', { inputs: [tensor(PATIENT, [1, 8])], outputs })).toEqual([
      400,
      { error: 'outputs: contains two outputs named predict' },
    ]);
    expect(await client.refusal('ModelInfer', { ...patient(), outputs })).toEqual([
      grpc.status.INVALID_ARGUMENT,
      'outputs: contains two outputs named predict',
    ]);
  });

  it('have the names of KServe, where they are asked for so', async () => {
    const [status, body] = await infer('diabetes', {
      inputs: [tensor(PATIENT, [1, 8])],
      outputs: [{ name: 'output-0' }],
    });
    expect([status, body.outputs]).toEqual([
      200,
      [{ name: 'output-0', datatype: 'INT64', shape: [1], data: [0] }],
    ]);
    expect(
      (await infer('diabetes', { inputs: [tensor(PATIENT, [1, 8])], outputs: [{ name: 'output-9' }] }))[0],
    ).toBe(400);
  });

  it('are classified', async () => {
    const [status, body] = await infer('iris', {
      inputs: [tensor([...FLOWER, ...FLOWER], [2, 4])],
      outputs: [{ name: 'predict_proba', parameters: { classification: 2 } }],
    });
    const [output] = body.outputs as { datatype: string; shape: number[]; data: string[] }[];
    expect([status, output.datatype, output.shape]).toEqual([200, 'BYTES', [2, 2]]);
    expect(output.data[0]).toMatch(/^0\.9\d{5}:0:\S+$/);
    expect(output.data[1]).toMatch(/^0\.0\d{5}:1:\S+$/);
    expect(output.data.slice(2)).toEqual(output.data.slice(0, 2));
    const message = {
      model_name: 'iris',
      inputs: [{ name: 'x', datatype: 'FP64', shape: [1, 4], contents: { fp64_contents: FLOWER } }],
      outputs: [{ name: 'predict_proba', parameters: { classification: { int64_param: 1 } } }],
    };
    const { outputs } = await client.call('ModelInfer', message);
    const { bytes_contents: texts } = outputs[0].contents as { bytes_contents: Buffer[] };
    expect(texts.map(String)).toEqual([output.data[0]]);
  });
});

describe('inputs', () => {
  const raw = (bytes: Buffer) =>
    post('models/diabetes/infer', bytes, {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': '0',
    });

  it('may be the body itself', async () => {
    const answer = await raw(Buffer.from(Float64Array.from([...PATIENT, ...PATIENT]).buffer));
    expect(answer.status).toBe(200);
    const length = Number(answer.headers.get('inference-header-content-length'));
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(JSON.parse(bytes.toString('utf8', 0, length))).toMatchObject({
      outputs: [{ name: 'predict', datatype: 'INT64', shape: [2], parameters: { binary_data_size: 16 } }],
    });
    expect(bytes.subarray(length)).toEqual(Buffer.alloc(16));
    const short = await raw(Buffer.alloc(63));
    expect([short.status, await short.json()]).toEqual([
      400,
      { error: 'the body: has 63 bytes, which is not a whole number of rows of input input-0' },
    ]);
  });

  it('may be BF16', async () => {
    const bytes = Buffer.alloc(16);
    PATIENT.forEach((value, i) => {
      const single = Buffer.alloc(4);
      single.writeFloatLE(value);
      single.copy(bytes, i * 2, 2, 4);
    });
    const json = JSON.stringify({
      inputs: [{ name: 'x', datatype: 'BF16', shape: [1, 8], parameters: { binary_data_size: 16 } }],
    });
    const answer = await post('models/diabetes/infer', Buffer.concat([Buffer.from(json), bytes]), {
      'inference-header-content-length': String(json.length),
      'content-type': 'application/octet-stream',
    });
    expect([answer.status, ((await answer.json()) as { outputs: object[] }).outputs]).toEqual([
      200,
      [{ name: 'predict', datatype: 'INT64', shape: [1], data: [0] }],
    ]);
    const message = { ...patient('BF16', null as never), raw_input_contents: [bytes] };
    expect((await client.call('ModelInfer', message)).outputs).toHaveLength(1);
  });

  it('are refused raw and typed at once', async () => {
    const message = { ...patient(), raw_input_contents: [Buffer.alloc(64)] };
    expect(await client.refusal('ModelInfer', message)).toEqual([
      grpc.status.INVALID_ARGUMENT,
      'x: send contents or raw_input_contents, not both',
    ]);
  });

  it('are refused where they are not UTF-8', async () => {
    const answer = await post('models/diabetes/infer', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]));
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { error: 'the body is not JSON: it is not UTF-8' },
    ]);
  });
});

describe('the repository', () => {
  it.each([
    ['repository/index', { ready: 'yes' }, 'ready: must be true or false'],
    ['repository/index', [], 'the body and its parameters must be objects'],
    [
      'repository/models/iris/load',
      { parameters: { config: '{}' } },
      'the parameter config is not supported: models are loaded as they were imported',
    ],
  ])('%s refuses %j', async (path, body, error) => {
    const answer = await post(path, body);
    expect([answer.status, await answer.json()]).toEqual([400, { error }]);
  });

  it('refuses parameters of a load over gRPC, and takes unload_dependents', async () => {
    const config = { model_name: 'iris', parameters: { config: { string_param: '{}' } } };
    expect((await client.refusal('RepositoryModelLoad', config))[0]).toBe(grpc.status.INVALID_ARGUMENT);
    const unload = { parameters: { unload_dependents: true } };
    expect((await post('repository/models/iris/unload', unload)).status).toBe(200);
    expect((await post('repository/models/iris/load', {})).status).toBe(200);
  });
});

describe('statistics', () => {
  it('count rows, batches and failures', async () => {
    const stats = async () => {
      const { body } = await server.http
        .get('/v2/models/diabetes/versions/1/stats')
        .set(bearer(token))
        .expect(200);
      return (body as { model_stats: [Record<string, never>] }).model_stats[0] as Record<string, unknown>;
    };
    const before = await stats();
    await infer('diabetes', { inputs: [tensor([...PATIENT, ...PATIENT], [2, 8])] });
    const after = await stats();
    expect(after).toMatchObject({
      name: 'diabetes',
      version: '1',
      inference_count: (before.inference_count as number) + 2,
      execution_count: (before.execution_count as number) + 1,
      last_inference: expect.any(Number) as number,
    });
    const { success, compute_infer: compute } = after.inference_stats as Record<
      string,
      { count: number; ns: number }
    >;
    expect(compute.count).toBe(success.count);
    expect(compute.ns).toBeLessThanOrEqual(success.ns);
    const { model_stats: overGrpc } = (await client.call('ModelStatistics', {
      name: 'diabetes',
    })) as never as {
      model_stats: { inference_count: string }[];
    };
    expect(overGrpc[0].inference_count).toBe(String(after.inference_count));
    await server.http.get('/v2/models/nobody/stats').set(bearer(token)).expect(404);
    const all = await server.http.get('/v2/models/stats').set(bearer(token)).expect(200);
    expect(
      (all.body as { model_stats: { name: string }[] }).model_stats.map(({ name }) => name).sort(),
    ).toEqual(['diabetes', 'iris']);
  });
});

describe('gRPC', () => {
  it('answers health checks without a token', async () => {
    const definition = loadSync(join(PROJECT_DIR, 'proto/health.proto'));
    const Health = grpc.makeGenericClientConstructor(
      definition['grpc.health.v1.Health'] as grpc.ServiceDefinition,
      'health',
    );
    const health = new Health(`127.0.0.1:${server.ports.grpc!}`, grpc.credentials.createInsecure());
    onTestFinished(() => health.close());
    const check = (service: string): Promise<unknown> =>
      new Promise((resolve) =>
        (
          health as unknown as Record<string, (message: object, done: (...all: unknown[]) => void) => void>
        ).Check({ service }, (error: unknown, answer: unknown) =>
          resolve(error ? (error as grpc.ServiceError).code : (answer as { status: number }).status),
        ),
      );
    const SERVING = 1;
    expect(await check('')).toBe(SERVING);
    expect(await check('inference.GRPCInferenceService')).toBe(SERVING);
    expect(await check('nobody')).toBe(grpc.status.NOT_FOUND);
  });

  it('returns the request id, which the record contains', async () => {
    const metadata = withToken(token);
    metadata.set('x-request-id', 'grpc-call-7');
    expect(await client.requestIdOf('ModelInfer', patient(), metadata)).toBe('grpc-call-7');
    expect((await modelgate.trail()).find(({ request_id }) => request_id === 'grpc-call-7')).toMatchObject({
      kind: 'prediction',
      protocol: 'grpc',
    });
  });
});
