import { gunzipSync, gzipSync, deflateSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { installation } from './support/installation.js';
import { PATIENT, tensor } from './support/patient.js';
import type { Server } from './support/server.js';

const modelgate = installation({ MODELGATE_RATE_LIMIT: '0' });
let server: Server;
let token: string;

const post = (path: string) => server.http.post(path).set(bearer(token));

beforeAll(async () => {
  server = await modelgate.serve();
  token = await server.login();
});

describe('the binary tensor extension', () => {
  const body = (json: object, tail: Buffer): { bytes: Buffer; length: number } => {
    const header = Buffer.from(JSON.stringify(json));
    return { bytes: Buffer.concat([header, tail]), length: header.length };
  };
  const doubles = (values: readonly number[]): Buffer => Buffer.from(Float64Array.from(values).buffer);
  const input = (size: number) => ({
    name: 'x',
    shape: [1, 8],
    datatype: 'FP64',
    parameters: { binary_data_size: size },
  });
  const send = (bytes: Buffer, length: number, headers: Record<string, string> = {}) =>
    post('/v2/models/diabetes/infer')
      .set({
        'content-type': 'application/octet-stream',
        'inference-header-content-length': String(length),
        ...headers,
      })
      .buffer(true)
      .parse((response, done) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => done(null, Buffer.concat(chunks)));
      })
      .send(bytes);

  it('works in both directions', async () => {
    const { bytes, length } = body(
      { inputs: [input(64)], parameters: { binary_data_output: true } },
      doubles(PATIENT),
    );
    const { body: answer, headers } = await send(bytes, length).expect(200);
    const headerLength = Number(headers['inference-header-content-length']);
    expect(JSON.parse((answer as Buffer).subarray(0, headerLength).toString())).toEqual({
      model_name: 'diabetes',
      model_version: '1',
      outputs: [{ name: 'predict', datatype: 'INT64', shape: [1], parameters: { binary_data_size: 8 } }],
    });
    expect((answer as Buffer).readBigInt64LE(headerLength)).toBe(0n);
  });

  it('returns the same for any alignment of the numbers, and for a compressed body', async () => {
    const outputs = [{ name: 'predict_proba', parameters: { binary_data: true } }];
    const answers: Buffer[] = [];
    for (let padding = 0; padding < 8; padding++) {
      const { bytes, length } = body(
        { inputs: [input(64)], outputs, padding: 'x'.repeat(padding) },
        doubles(PATIENT),
      );
      const sent = [
        await send(bytes, length).expect(200),
        await send(gzipSync(bytes), length, { 'content-encoding': 'gzip' }).expect(200),
      ];
      for (const { body: answer } of sent) answers.push((answer as Buffer).subarray(-8));
    }
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0].readFloatLE(0) + answers[0].readFloatLE(4)).toBeCloseTo(1, 6);
  });

  it.each(['Infinity', '1e400', '-1', '1.5', 'NaN', '0x10', '1152921504606846976', '1000'])(
    'rejects %s as the length of its JSON',
    async (length) => {
      const { bytes } = body({ inputs: [input(64)] }, doubles(PATIENT));
      const { body: refusal } = await send(bytes, 0, { 'inference-header-content-length': length }).expect(
        400,
      );
      expect(JSON.parse(String(refusal))).toMatchObject({ error: expect.any(String) as string });
    },
  );

  it('can be mixed with JSON: one output of each kind', async () => {
    const outputs = [
      { name: 'predict', parameters: { binary_data: false } },
      { name: 'predict_proba', parameters: { binary_data: true } },
    ];
    const { bytes, length } = body({ inputs: [input(64)], outputs }, doubles(PATIENT));
    const { body: answer, headers } = await send(bytes, length).expect(200);
    const headerLength = Number(headers['inference-header-content-length']);
    expect(JSON.parse((answer as Buffer).subarray(0, headerLength).toString())).toMatchObject({
      outputs: [
        { name: 'predict', data: [0] },
        { name: 'predict_proba', parameters: { binary_data_size: 8 } },
      ],
    });
    expect((answer as Buffer).length).toBe(headerLength + 8);
  });

  it.each<[string, object, Buffer, number | undefined]>([
    ['bytes that the shape does not need', { inputs: [input(72)] }, doubles([...PATIENT, 1]), undefined],
    ['fewer bytes than announced', { inputs: [input(64)] }, doubles(PATIENT.slice(1)), undefined],
    ['bytes of no input', { inputs: [input(64)] }, doubles([...PATIENT, 1]), undefined],
    ['a header longer than the body', { inputs: [input(64)] }, doubles(PATIENT), 9999],
    ['a header cut short', { inputs: [input(64)] }, doubles(PATIENT), 10],
  ])('%s: 400', async (_what, json, tail, announced) => {
    const { bytes, length } = body(json, tail);
    const answer = await send(bytes, announced ?? length);
    expect(answer.status).toBe(400);
    expect(JSON.parse((answer.body as Buffer).toString())).toEqual({
      error: expect.stringMatching(/^[^\n]+$/) as unknown,
    });
  });
});

describe('compression', () => {
  const json = JSON.stringify({
    inputs: [
      tensor(
        Array.from({ length: 800 }, (_, i) => PATIENT[i % 8]),
        [100, 8],
      ),
    ],
    outputs: [{ name: 'predict_proba' }],
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ] as const)('takes %s', async (encoding, pack) => {
    const { body } = await post('/v2/models/diabetes/infer')
      .set({ 'content-type': 'application/json', 'content-encoding': encoding })
      .serialize((bytes: unknown) => bytes as string)
      .send(pack(json) as unknown as object)
      .expect(200);
    expect((body as { outputs: { shape: number[] }[] }).outputs[0].shape).toEqual([100, 2]);
  });

  it('returns gzip if the client accepts it', async () => {
    const response = await fetch(`${server.url}/v2/models/diabetes/infer`, {
      method: 'POST',
      headers: { ...bearer(token), 'content-type': 'application/json', 'accept-encoding': 'gzip' },
      body: json,
    });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(((await response.json()) as { outputs: { shape: number[] }[] }).outputs[0].shape).toEqual([
      100, 2,
    ]);
  });

  it('limits the decompressed size, not the compressed one', async () => {
    const bomb = gzipSync(Buffer.alloc(16 * 2 ** 20, '['));
    expect(gunzipSync(bomb).length).toBe(16 * 2 ** 20);
    const response = await fetch(`${server.url}/v2/models/diabetes/infer`, {
      method: 'POST',
      headers: { ...bearer(token), 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: bomb,
    });
    expect(response.status).toBe(413);
  });
});
