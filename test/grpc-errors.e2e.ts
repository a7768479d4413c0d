import grpc from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InferenceClient, PATIENT, patient, withToken } from './support/inference-client.js';
import { installation } from './support/installation.js';
import type { Server } from './support/server.js';

const { UNAUTHENTICATED, PERMISSION_DENIED, NOT_FOUND, INVALID_ARGUMENT, RESOURCE_EXHAUSTED } = grpc.status;

const modelgate = installation({
  MODELGATE_RATE_LIMIT: '60',
  MODELGATE_BODY_LIMIT: '65536',
  MODELGATE_LOGIN_RATE_LIMIT: '0',
});
let server: Server;
let client: InferenceClient;
let token: string;

beforeAll(async () => {
  await modelgate.addUser('olga', 'olgas-pass-word', '--role', 'operator');
  await modelgate.addUser('rita', 'ritas-pass-word', '--role', 'viewer');
  await modelgate.addUser('lim', 'limits-pass-word', '--role', 'predictor');
  server = await modelgate.serve({ args: ['--grpc-port', '0'] });
  token = await server.login('olga', 'olgas-pass-word');
  client = new InferenceClient(server.ports.grpc!, token);
});

afterAll(() => client.close());

describe('rejected calls', () => {
  it.each<[string, () => Promise<[grpc.status, string]>, grpc.status, string | RegExp]>([
    [
      'no token',
      () => client.refusal('ModelInfer', patient(), new grpc.Metadata()),
      UNAUTHENTICATED,
      'Not authenticated',
    ],
    [
      'a token that is none',
      () => client.refusal('ModelInfer', patient(), withToken('a.b.c')),
      UNAUTHENTICATED,
      'Could not validate credentials',
    ],
    [
      'a model that is not there',
      () => client.refusal('ModelInfer', { ...patient(), model_name: 'nobody' }),
      NOT_FOUND,
      'unknown model nobody',
    ],
    [
      'an unknown version',
      () => client.refusal('ModelInfer', { ...patient(), model_version: 'abc' }),
      NOT_FOUND,
      'unknown version "abc"; versions of diabetes: 1',
    ],
    [
      'a wrong shape',
      () =>
        client.refusal('ModelInfer', {
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
      () => client.refusal('ModelInfer', patient('FP64', { fp64_contents: [1] })),
      INVALID_ARGUMENT,
      'x: fp64_contents has 1 values, its shape needs 8',
    ],
    [
      'a negative shape',
      () =>
        client.refusal('ModelInfer', {
          model_name: 'diabetes',
          inputs: [{ name: 'x', datatype: 'FP64', shape: [-1, 8] }],
        }),
      INVALID_ARGUMENT,
      /^x: /,
    ],
    [
      'a datatype that is none',
      () => client.refusal('ModelInfer', patient('constructor')),
      INVALID_ARGUMENT,
      /^x: /,
    ],
    [
      'no input',
      () => client.refusal('ModelInfer', { model_name: 'diabetes' }),
      INVALID_ARGUMENT,
      'inputs: must have one tensor or more',
    ],
    [
      'raw bytes for other inputs',
      () =>
        client.refusal('ModelInfer', {
          ...patient(),
          raw_input_contents: [Buffer.alloc(64), Buffer.alloc(64)],
        }),
      INVALID_ARGUMENT,
      'raw_input_contents has 2 entries for 1 inputs',
    ],
    [
      'a message beyond the limit',
      () => client.refusal('ModelInfer', { ...patient(), raw_input_contents: [Buffer.alloc(70_000)] }),
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
    expect(await client.refusal('ModelInfer', patient(), viewer)).toEqual([
      PERMISSION_DENIED,
      'this requires the scope predict',
    ]);
    expect(await client.refusal('RepositoryModelUnload', { model_name: 'diabetes' }, viewer)).toEqual([
      PERMISSION_DENIED,
      'this requires the scope models:write',
    ]);
    expect(await client.call('ModelReady', { name: 'diabetes' }, viewer)).toEqual({ ready: true });
  });

  it('more calls than the limit, which includes requests over HTTP', async () => {
    const mine = await server.login('lim', 'limits-pass-word');
    await server.http
      .post('/regression')
      .set({ authorization: `Bearer ${mine}` })
      .send(PATIENT)
      .expect(200);
    const calls = await Promise.allSettled(
      Array.from({ length: 60 }, () => client.call('ModelInfer', patient(), withToken(mine))),
    );
    const refused = calls
      .filter((outcome) => outcome.status === 'rejected')
      .map(({ reason }) => reason as grpc.ServiceError);
    expect(refused.map(({ code }) => code)).toEqual([RESOURCE_EXHAUSTED]);
    expect(refused[0].details).toMatch(/^the limit of 60 per minute is reached; try again in \d+ s$/);
  });
});

describe('the audit trail', () => {
  it('contains a call with its inputs, outputs and caller, without its token', async () => {
    await client.call('ModelInfer', { ...patient(), id: 'on-record' });
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

  it('contains rejected calls with their errors', async () => {
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
