import { join } from 'node:path';
import grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ARITHMETIC, writeArithmeticModel } from './support/grpc-models.js';
import { installation } from './support/installation.js';
import { PROJECT_DIR } from './support/program.js';
import type { Server } from './support/server.js';

const ONNX = join(PROJECT_DIR, 'test/fixtures/onnx');
const PATIENT = [3, 102, 44, 20, 94, 30.8, 0.4, 26];
const { UNAUTHENTICATED, PERMISSION_DENIED, NOT_FOUND, INVALID_ARGUMENT, RESOURCE_EXHAUSTED, UNAVAILABLE } =
  grpc.status;

const definition = loadSync(join(PROJECT_DIR, 'proto/inference.proto'), {
  keepCase: true,
  longs: String,
  defaults: true,
  arrays: true,
});
const Service = grpc.makeGenericClientConstructor(
  definition['inference.GRPCInferenceService'] as grpc.ServiceDefinition,
  'inference',
);

/** The fields of the answers that the tests read. */
interface Message {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly string[];
  readonly contents: Readonly<Record<string, unknown>> | null;
  readonly inputs: readonly Message[];
  readonly outputs: readonly Message[];
  readonly models: readonly Message[];
  readonly raw_output_contents: readonly Buffer[];
}
type Unary = (
  message: object,
  metadata: grpc.Metadata,
  done: (error: grpc.ServiceError | null, answer: Message) => void,
) => void;

const modelgate = installation({
  MODELGATE_RATE_LIMIT: '60',
  MODELGATE_BODY_LIMIT: '65536',
  MODELGATE_LOGIN_RATE_LIMIT: '0',
});
let server: Server;
let client: grpc.Client;
let token: string;

const withToken = (value: string): grpc.Metadata => {
  const metadata = new grpc.Metadata();
  metadata.set('authorization', `Bearer ${value}`);
  return metadata;
};
const call = (method: string, message: object = {}, metadata = withToken(token)): Promise<Message> =>
  new Promise((resolve, reject) =>
    (client as unknown as Record<string, Unary>)[method](message, metadata, (error, answer) =>
      error ? reject(error) : resolve(answer),
    ),
  );
const refusal = (
  method: string,
  message?: object,
  metadata?: grpc.Metadata,
): Promise<[grpc.status, string]> =>
  call(method, message, metadata).then(
    (answer) => Promise.reject(new Error(`answered ${JSON.stringify(answer)}`)),
    (error: grpc.ServiceError) => [error.code, error.details],
  );
const patient = (datatype = 'FP64', contents: object = { fp64_contents: PATIENT }) => ({
  model_name: 'diabetes',
  inputs: [{ name: 'x', datatype, shape: [1, 8], contents }],
});

beforeAll(async () => {
  await modelgate.addUser('olga', 'olgas-pass-word', '--role', 'operator');
  await modelgate.addUser('rita', 'ritas-pass-word', '--role', 'viewer');
  await modelgate.addUser('lim', 'limits-pass-word', '--role', 'predictor');
  await modelgate.run([
    'models',
    'import',
    join(ONNX, 'mixed-columns-zipmap.onnx'),
    writeArithmeticModel(modelgate.dir),
  ]);
  server = await modelgate.serve({ args: ['--grpc-port', '0'] });
  token = await server.login('olga', 'olgas-pass-word');
  client = new Service(`127.0.0.1:${server.ports.grpc}`, grpc.credentials.createInsecure(), {
    'grpc.max_send_message_length': -1,
  });
});

afterAll(() => client.close());

describe('the server and its models', () => {
  it('is live and ready without a token', async () => {
    expect(await call('ServerLive', {}, new grpc.Metadata())).toEqual({ live: true });
    expect(await call('ServerReady', {}, new grpc.Metadata())).toEqual({ ready: true });
  });

  it('names itself', async () => {
    expect(await call('ServerMetadata')).toMatchObject({
      name: 'modelgate',
      extensions: expect.arrayContaining(['model_repository']) as unknown,
    });
  });

  it('describes a model', async () => {
    expect(await call('ModelReady', { name: 'diabetes' })).toEqual({ ready: true });
    expect(await call('ModelMetadata', { name: ARITHMETIC, version: '1' })).toMatchObject({
      name: ARITHMETIC,
      versions: ['1'],
      inputs: [
        { name: 'i', datatype: 'INT64', shape: ['-1', '1'] },
        { name: 'b', datatype: 'BOOL', shape: ['-1', '1'] },
      ],
    });
  });

  it.each([['model_name'], ['repository_name']])(
    'loads and unloads the model that %s names',
    async (field) => {
      const named = { [field]: 'mixed-columns-zipmap' };
      expect(await call('RepositoryModelUnload', named)).toEqual({
        model_name: 'mixed-columns-zipmap',
        is_unloaded: true,
      });
      expect(await refusal('ModelReady', { name: 'mixed-columns-zipmap' })).toEqual([
        UNAVAILABLE,
        'the model mixed-columns-zipmap is not loaded',
      ]);
      expect((await call('RepositoryIndex')).models).toContainEqual({
        name: 'mixed-columns-zipmap',
        version: '1',
        state: 'UNAVAILABLE',
        reason: 'unloaded',
      });
      expect((await call('RepositoryIndex', { ready: true })).models.map(({ name }) => name)).not.toContain(
        'mixed-columns-zipmap',
      );
      expect(await call('RepositoryModelLoad', named)).toEqual({
        model_name: 'mixed-columns-zipmap',
        is_loaded: true,
      });
      expect(await call('ModelReady', { name: 'mixed-columns-zipmap' })).toEqual({ ready: true });
    },
  );
});

describe('infer', () => {
  it('takes typed contents and answers in kind, with the id, the version and what is out of range', async () => {
    const answer = await call('ModelInfer', {
      ...patient('FP64', { fp64_contents: [300, ...PATIENT.slice(1)] }),
      id: 'case-7',
      model_version: '1',
    });
    expect(answer).toMatchObject({
      model_name: 'diabetes',
      model_version: '1',
      id: 'case-7',
      outputs: [
        {
          name: 'predict',
          datatype: 'INT64',
          shape: ['1'],
          contents: { int64_contents: [expect.stringMatching(/^[01]$/)] },
        },
      ],
      raw_output_contents: [],
    });
    expect(answer).toMatchObject({
      parameters: { out_of_range: { string_param: expect.stringContaining('preg') as unknown } },
    });
  });

  it('takes raw bytes and answers with them', async () => {
    const raw = Buffer.from(Float64Array.from(PATIENT).buffer);
    const { outputs, raw_output_contents: bytes } = await call('ModelInfer', {
      model_name: 'diabetes',
      inputs: [{ name: 'x', datatype: 'FP64', shape: [1, 8] }],
      outputs: [{ name: 'predict_proba' }, { name: 'predict' }],
      raw_input_contents: [raw],
    });
    expect(outputs.map(({ name, datatype, contents }) => [name, datatype, contents])).toEqual([
      ['predict_proba', 'FP32', null],
      ['predict', 'INT64', null],
    ]);
    expect(bytes[0]).toHaveLength(8);
    expect(bytes[1].readBigInt64LE()).toBe(0n);
  });

  it('keeps every digit of a 64-bit integer, and booleans, both ways', async () => {
    const inputs = [
      {
        name: 'i',
        datatype: 'INT64',
        shape: [2, 1],
        contents: { int64_contents: ['9007199254740993', '-9223372036854775808'] },
      },
      { name: 'b', datatype: 'BOOL', shape: [2, 1], contents: { bool_contents: [true, false] } },
    ];
    const { outputs } = await call('ModelInfer', { model_name: ARITHMETIC, inputs });
    expect(
      outputs.map(({ name, contents }) => [name, contents?.int64_contents, contents?.bool_contents]),
    ).toEqual([
      ['same', ['9007199254740993', '-9223372036854775808'], []],
      ['not', [], [false, true]],
    ]);
  });

  it('takes strings and answers with them', async () => {
    const { inputs: columns } = await call('ModelMetadata', { name: 'mixed-columns-zipmap' });
    const inputs = columns.map(({ name, datatype }) => ({
      name,
      datatype,
      shape: [1, 1],
      contents:
        datatype === 'BYTES'
          ? { bytes_contents: [Buffer.from('x')] }
          : datatype === 'INT64'
            ? { int64_contents: ['1'] }
            : { [datatype === 'FP64' ? 'fp64_contents' : 'fp32_contents']: [1] },
    }));
    expect(inputs.map(({ datatype }) => datatype)).toContain('BYTES');
    const { outputs } = await call('ModelInfer', { model_name: 'mixed-columns-zipmap', inputs });
    expect(outputs.map(({ shape }) => shape[0])).toEqual(['1', '1']);
  });
});

describe('refusals', () => {
  it.each<[string, () => Promise<[grpc.status, string]>, grpc.status, string | RegExp]>([
    [
      'no token',
      () => refusal('ModelInfer', patient(), new grpc.Metadata()),
      UNAUTHENTICATED,
      'Not authenticated',
    ],
    [
      'a token that is none',
      () => refusal('ModelInfer', patient(), withToken('a.b.c')),
      UNAUTHENTICATED,
      'Could not validate credentials',
    ],
    [
      'a model that is not there',
      () => refusal('ModelInfer', { ...patient(), model_name: 'nobody' }),
      NOT_FOUND,
      'unknown model nobody',
    ],
    [
      'a version that is none',
      () => refusal('ModelInfer', { ...patient(), model_version: 'abc' }),
      NOT_FOUND,
      'unknown version "abc"',
    ],
    [
      'a wrong shape',
      () =>
        refusal('ModelInfer', {
          model_name: 'diabetes',
          inputs: [
            { name: 'x', datatype: 'FP64', shape: [1, 7], contents: { fp64_contents: PATIENT.slice(1) } },
          ],
        }),
      INVALID_ARGUMENT,
      /^x: /,
    ],
    [
      'fewer values than the shape needs',
      () => refusal('ModelInfer', patient('FP64', { fp64_contents: [1] })),
      INVALID_ARGUMENT,
      'x: fp64_contents has 1 values, its shape needs 8',
    ],
    [
      'a negative shape',
      () =>
        refusal('ModelInfer', {
          model_name: 'diabetes',
          inputs: [{ name: 'x', datatype: 'FP64', shape: [-1, 8] }],
        }),
      INVALID_ARGUMENT,
      /^x: /,
    ],
    [
      'a datatype that is none',
      () => refusal('ModelInfer', patient('constructor')),
      INVALID_ARGUMENT,
      /^x: /,
    ],
    [
      'no input',
      () => refusal('ModelInfer', { model_name: 'diabetes' }),
      INVALID_ARGUMENT,
      'inputs: must have one tensor or more',
    ],
    [
      'raw bytes for other inputs',
      () => refusal('ModelInfer', { ...patient(), raw_input_contents: [Buffer.alloc(64), Buffer.alloc(64)] }),
      INVALID_ARGUMENT,
      'raw_input_contents has 2 entries for 1 inputs',
    ],
    [
      'a message beyond the limit',
      () => refusal('ModelInfer', { ...patient(), raw_input_contents: [Buffer.alloc(70_000)] }),
      RESOURCE_EXHAUSTED,
      /larger/,
    ],
  ])('%s', async (_what, refused, status, details) => {
    const [code, message] = await refused();
    expect([grpc.status[code], message]).toEqual([
      grpc.status[status],
      typeof details === 'string' ? details : expect.stringMatching(details),
    ]);
  });

  it('a token without the scope', async () => {
    const viewer = withToken(await server.login('rita', 'ritas-pass-word'));
    expect(await refusal('ModelInfer', patient(), viewer)).toEqual([
      PERMISSION_DENIED,
      'this requires the scope predict',
    ]);
    expect(await refusal('RepositoryModelUnload', { model_name: 'diabetes' }, viewer)).toEqual([
      PERMISSION_DENIED,
      'this requires the scope models:write',
    ]);
    expect(await call('ModelReady', { name: 'diabetes' }, viewer)).toEqual({ ready: true });
  });

  it('more calls than the limit, counted together with those over HTTP', async () => {
    const mine = await server.login('lim', 'limits-pass-word');
    await server.http
      .post('/regression')
      .set({ authorization: `Bearer ${mine}` })
      .send(PATIENT)
      .expect(200);
    const calls = await Promise.allSettled(
      Array.from({ length: 60 }, () => call('ModelInfer', patient(), withToken(mine))),
    );
    const refused = calls
      .filter((outcome) => outcome.status === 'rejected')
      .map(({ reason }) => reason as grpc.ServiceError);
    expect(refused.map(({ code }) => code)).toEqual([RESOURCE_EXHAUSTED]);
    expect(refused[0].details).toMatch(/^the limit of 60 per minute is reached; try again in \d+ s$/);
  });
});

describe('the audit trail', () => {
  it('has a call with its inputs, outputs and caller, and not its token', async () => {
    await call('ModelInfer', { ...patient(), id: 'on-record' });
    const trail = await modelgate.trail();
    const record = trail.find(({ request }) => String(request).includes('on-record'));
    expect(record).toMatchObject({
      kind: 'prediction',
      username: 'olga',
      method: 'gRPC',
      route: '/inference.GRPCInferenceService/ModelInfer',
      status: 200,
      model: 'diabetes',
      version: 1,
      rows: 1,
      address: '127.0.0.1',
    });
    expect(JSON.parse(String(record?.request))).toMatchObject({
      inputs: [{ contents: { fp64_contents: PATIENT } }],
    });
    expect(JSON.parse(String(record?.response))).toMatchObject({
      outputs: [{ name: 'predict', contents: { int64_contents: ['0'] } }],
    });
    expect(JSON.parse(String(record?.request_headers))).toMatchObject({ authorization: '[redacted]' });
    expect(JSON.stringify(trail)).not.toContain(token);
  });

  it('has what was refused, with its reason', async () => {
    const refused = (await modelgate.trail()).filter(
      ({ method, status }) => method === 'gRPC' && Number(status) >= 400,
    );
    expect(refused.map(({ error }) => error)).toEqual(
      expect.arrayContaining([
        'not_authenticated',
        'invalid_token',
        'insufficient_scope',
        'model_not_found',
        'invalid_input',
        'rate_limited',
      ]),
    );
  });
});
