import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  FLOAT,
  FLOAT16,
  INT64,
  modelOf,
  type ModelParts,
  STRING,
  tensorInfo,
} from './fixtures/onnx/build-model.js';
import { bearer } from './support/bearer.js';
import { askGrpc } from './support/grpc-caller.js';
import { installation } from './support/installation.js';
import { Jobs } from './support/jobs.js';
import type { Server } from './support/server.js';

/** Answers its rows of two values as they are. */
const echo = (elemType: number): ModelParts => ({
  nodes: [{ opType: 'Identity', inputs: ['x'], outputs: ['y'] }],
  inputs: [tensorInfo('x', elemType, ['N', 2])],
  outputs: [tensorInfo('y', elemType, ['N', 2])],
});

const UINT64 = 13;
const LEAST = '-9223372036854775808';
const ODD = '9007199254740993';
const GREATEST = '18446744073709551615';

describe('values', () => {
  const modelgate = installation();
  let server: Server;
  let token: string;

  beforeAll(async () => {
    const models = { whole: INT64, unsigned: UINT64, half: FLOAT16, single: FLOAT, text: STRING };
    for (const [name, elemType] of Object.entries(models)) {
      const path = join(modelgate.dir, `${name}.onnx`);
      writeFileSync(path, modelOf(echo(elemType)));
      await modelgate.run(['models', 'import', path]);
    }
    await modelgate.run([
      'models',
      'import',
      join(import.meta.dirname, 'fixtures/sklearn/labels/large-classes.pkl'),
    ]);
    await modelgate.addUser('ada', 'a long password', '--role', 'admin');
    server = await modelgate.serve({ args: ['--grpc-port', '0'] });
    token = await server.login('ada', 'a long password');
  });

  const post = (path: string, body: string) =>
    server.http.post(path).set(bearer(token)).set('content-type', 'application/json').send(body);
  const v1 = (model: string, body: string) => post(`/v1/models/${model}:predict`, body);
  const v2 = (model: string, datatype: string, data: string, rows = 1) =>
    post(
      `/v2/models/${model}/infer`,
      `{"inputs":[{"name":"x","datatype":"${datatype}","shape":[${rows},2],"data":${data}}]}`,
    );

  describe('integers beyond 2^53', () => {
    it('keep all digits in V1 and V2, and in the record', async () => {
      const whole = await v1('whole', `{"instances":[[${ODD},${LEAST}],{"f1":-${ODD},"f0":1}]}`).expect(200);
      expect(whole.text).toBe(`{"predictions":[[${ODD},${LEAST}],[1,-${ODD}]]}`);
      const unsigned = await v2('unsigned', 'UINT64', `[${GREATEST},${ODD}]`).expect(200);
      expect(unsigned.text).toContain(`"data":[${GREATEST},${ODD}]`);
      // Long lists of numbers are read in another way.
      const many = Array.from({ length: 600 }, (_, i) => (i === 599 ? ODD : String(i)));
      const long = await v2('whole', 'INT64', `[${many.join()}]`, 300).expect(200);
      expect(long.text).toContain(`"data":[${many.join()}]`);
      const records = (await modelgate.trail()).filter(({ kind }) => kind === 'prediction');
      const record = records.find(({ request_id: id }) => id === whole.headers['x-request-id'])!;
      expect(record.request).toContain(ODD);
      expect(record.response).toBe(whole.text);
      const { body } = await server.http.post(`/v1/audit/${record.id}/replay`).set(bearer(token)).expect(200);
      expect(body).toMatchObject({
        same: true,
        replayed: {
          predictions: [
            [ODD, LEAST],
            [1, `-${ODD}`],
          ],
        },
      });
    });

    it('keep all digits in gRPC', async () => {
      const message = {
        model_name: 'whole',
        inputs: [{ name: 'x', datatype: 'INT64', shape: [1, 2], contents: { int64_contents: [ODD, LEAST] } }],
      };
      const { outputs } = (await askGrpc(server.ports.grpc!, 'ModelInfer', message, token)) as {
        outputs: { contents: { int64_contents: string[] } }[];
      };
      expect(outputs[0].contents.int64_contents).toEqual([ODD, LEAST]);
    });

    it('keep all digits in jobs', async () => {
      const jobs = new Jobs(server, token, 'whole');
      const csv = await jobs.start(`${ODD},${LEAST}\n`);
      expect(await jobs.results(csv)).toBe(`y_0,y_1,error\r\n${ODD},${LEAST},\r\n`);
      const lines = await jobs.start(`[${ODD},${LEAST}]\n`, '', 'application/x-ndjson');
      expect(await jobs.results(lines)).toBe(`{"prediction":[${ODD},${LEAST}]}\n`);
    });

    it('are refused out of range or with a fraction, and rounded where the model takes floats', async () => {
      await v1('whole', `{"instances":[[${GREATEST},1]]}`).expect(400);
      await v1('whole', `{"instances":[[9007199254740993.0,1]]}`).expect(400);
      const { text } = await v1('single', `{"instances":[[16777217000000000000,1]]}`).expect(200);
      expect(text).toBe('{"predictions":[[16777217030792151000,1]]}');
    });

    it('keep all digits as classes of a pickle', async () => {
      const { text } = await v1('large-classes', '{"instances":[[0],[1]]}').expect(200);
      expect(text).toBe(`{"predictions":[9007199254740992,${ODD}]}`);
      const { body } = await server.http.get('/v1/models/large-classes').set(bearer(token)).expect(200);
      expect(body).toMatchObject({ signature: { classes: ['9007199254740992', ODD] } });
    });
  });

  describe('halves', () => {
    it('are refused beyond the largest', async () => {
      const { text } = await v1('half', '{"instances":[[65504,-65504]]}').expect(200);
      expect(text).toBe('{"predictions":[[65504,-65504]]}');
      const { body } = await v1('half', '{"instances":[[1,65505]]}').expect(400);
      expect(body).toMatchObject({ error: 'instances[0][1]: f1: value is beyond the largest FP16, 65504' });
      await v2('half', 'FP16', '[1,65520]').expect(400);
      await v2('half', 'FP32', '[1,1e6]').expect(400);
    });
  });

  describe('texts', () => {
    it('arrive whole', async () => {
      const texts = '["grüße \\uD83D\\uDE00",""]';
      expect((await v1('text', `{"instances":[${texts}]}`).expect(200)).body).toEqual({
        predictions: [['grüße 😀', '']],
      });
    });

    it.each([
      ['U+0000', '"a\\u0000b"', 'contains the character U+0000'],
      ['half of a pair', '"a\\uD800"', 'contains half of a surrogate pair'],
    ])('are refused with %s', async (_what, text, message) => {
      const { body } = await v1('text', `{"instances":[["x","y"],["z",${text}]]}`).expect(400);
      expect((body as { error: string }).error).toContain(`row 1: feature x ${message}`);
      const { body: told } = await v2('text', 'BYTES', `["z",${text}]`).expect(400);
      expect((told as { error: string }).error).toContain(message);
    });
  });

  describe('a CSV file', () => {
    const jobs = () => new Jobs(server, token, 'single');

    it('moves no answer to another row where a quote is stray', async () => {
      const id = await jobs().start('1,2\n3,4"\n"5,6\n7,8\n"9",10\n');
      const fault = '"the line is not CSV: a quote may only enclose a whole cell (RFC 4180)"';
      expect((await jobs().results(id)).split('\r\n')).toEqual([
        'y_0,y_1,error',
        '1,2,',
        `,,${fault.slice(1, -1)}`,
        `,,${fault.slice(1, -1)}`,
        '7,8,',
        '9,10,',
        '',
      ]);
    });

    it('takes True and False as JSON does', async () => {
      const id = await jobs().start('True,False\n');
      expect(await jobs().results(id)).toBe('y_0,y_1,error\r\n1,0,\r\n');
    });

    it('fails as a job of which no row was predicted', async () => {
      const id = await jobs().start('x,y\nz,w\n', '?header=absent');
      const job = await jobs().finished(id);
      expect(job).toMatchObject({
        state: 'failed',
        error: {
          code: 'invalid_input',
          detail: expect.stringMatching(/^none of the 2 rows could be predicted; row 1: /) as string,
        },
      });
    });
  });
});
