import { join } from 'node:path';
import grpc from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ARITHMETIC, writeArithmeticModel } from './support/grpc-models.js';
import { InferenceClient, PATIENT, patient } from './support/inference-client.js';
import { installation } from './support/installation.js';
import { PROJECT_DIR } from './support/program.js';
import type { Server } from './support/server.js';

const ONNX = join(PROJECT_DIR, 'test/fixtures/onnx');

const modelgate = installation({
  MODELGATE_RATE_LIMIT: '60',
});
let server: Server;
let client: InferenceClient;
let token: string;

beforeAll(async () => {
  await modelgate.addUser('olga', 'olgas-pass-word', '--role', 'operator');
  await modelgate.run([
    'models',
    'import',
    join(ONNX, 'mixed-columns-zipmap.onnx'),
    writeArithmeticModel(modelgate.dir),
  ]);
  server = await modelgate.serve({ args: ['--grpc-port', '0'] });
  token = await server.login('olga', 'olgas-pass-word');
  client = new InferenceClient(server.ports.grpc!, token);
});

afterAll(() => client.close());

describe('the server and its models', () => {
  it('is live and ready without a token', async () => {
    expect(await client.call('ServerLive', {}, new grpc.Metadata())).toEqual({ live: true });
    expect(await client.call('ServerReady', {}, new grpc.Metadata())).toEqual({ ready: true });
  });

  it('names itself', async () => {
    expect(await client.call('ServerMetadata')).toMatchObject({
      name: 'modelgate',
      extensions: expect.arrayContaining(['model_repository']) as unknown,
    });
  });

  it('describes a model', async () => {
    expect(await client.call('ModelReady', { name: 'diabetes' })).toEqual({ ready: true });
    expect(await client.call('ModelMetadata', { name: ARITHMETIC, version: '1' })).toMatchObject({
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
      expect(await client.call('RepositoryModelUnload', named)).toEqual({
        model_name: 'mixed-columns-zipmap',
        is_unloaded: true,
      });
      expect(await client.refusal('ModelReady', { name: 'mixed-columns-zipmap' })).toEqual([
        grpc.status.UNAVAILABLE,
        'the model mixed-columns-zipmap is not loaded',
      ]);
      expect((await client.call('RepositoryIndex')).models).toContainEqual({
        name: 'mixed-columns-zipmap',
        version: '1',
        state: 'UNAVAILABLE',
        reason: 'unloaded',
      });
      expect(
        (await client.call('RepositoryIndex', { ready: true })).models.map(({ name }) => name),
      ).not.toContain('mixed-columns-zipmap');
      expect(await client.call('RepositoryModelLoad', named)).toEqual({
        model_name: 'mixed-columns-zipmap',
        is_loaded: true,
      });
      expect(await client.call('ModelReady', { name: 'mixed-columns-zipmap' })).toEqual({ ready: true });
    },
  );
});

describe('infer', () => {
  it('accepts typed contents and returns typed contents, id, version and out-of-range flags', async () => {
    const answer = await client.call('ModelInfer', {
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

  it('accepts raw bytes and returns raw bytes', async () => {
    const raw = Buffer.from(Float64Array.from(PATIENT).buffer);
    const { outputs, raw_output_contents: bytes } = await client.call('ModelInfer', {
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

  it('keeps all digits of 64-bit integers, and booleans, in both directions', async () => {
    const inputs = [
      {
        name: 'i',
        datatype: 'INT64',
        shape: [2, 1],
        contents: { int64_contents: ['9007199254740993', '-9223372036854775808'] },
      },
      { name: 'b', datatype: 'BOOL', shape: [2, 1], contents: { bool_contents: [true, false] } },
    ];
    const { outputs } = await client.call('ModelInfer', { model_name: ARITHMETIC, inputs });
    expect(
      outputs.map(({ name, contents }) => [name, contents?.int64_contents, contents?.bool_contents]),
    ).toEqual([
      ['same', ['9007199254740993', '-9223372036854775808'], []],
      ['not', [], [false, true]],
    ]);
  });

  it('accepts strings', async () => {
    const { inputs: columns } = await client.call('ModelMetadata', { name: 'mixed-columns-zipmap' });
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
    const { outputs } = await client.call('ModelInfer', { model_name: 'mixed-columns-zipmap', inputs });
    expect(outputs.map(({ shape }) => shape[0])).toEqual(['1', '1']);
  });
});
