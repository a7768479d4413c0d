import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  FLOAT,
  INT64,
  int64Initializer,
  modelOf,
  type ModelParts,
  tensorInfo,
} from './fixtures/onnx/build-model.js';
import { bearer } from './support/bearer.js';
import { installation } from './support/installation.js';
import { Jobs } from './support/jobs.js';
import type { Server } from './support/server.js';

const x = tensorInfo('x', FLOAT, ['N', 2]);

/** `y` has a row each; `all` is a scalar, `places` where values are, `flat` the values of all rows in one row of them. */
const MIXED: ModelParts = {
  nodes: [
    { opType: 'Neg', inputs: ['x'], outputs: ['y'] },
    { opType: 'Size', inputs: ['x'], outputs: ['all'] },
    { opType: 'NonZero', inputs: ['x'], outputs: ['places'] },
    { opType: 'Reshape', inputs: ['all', 'one'], outputs: ['line'] },
    { opType: 'Reshape', inputs: ['x', 'line'], outputs: ['flat'] },
  ],
  inputs: [x],
  outputs: [
    tensorInfo('y', FLOAT, ['N', 2]),
    tensorInfo('all', INT64, []),
    tensorInfo('places', INT64, ['M', 'K']),
    tensorInfo('flat', FLOAT, ['L']),
  ],
  graphFields: [int64Initializer('one', [1])],
};

/** A scalar is added to rows. */
const SCALAR: ModelParts = {
  nodes: [{ opType: 'Add', inputs: ['x', 'c'], outputs: ['y'] }],
  inputs: [x, tensorInfo('c', FLOAT, [])],
  outputs: [tensorInfo('y', FLOAT, ['N', 2])],
};

/** First dimensions that the file fixes, and that differ. */
const FIXED: ModelParts = {
  nodes: [{ opType: 'MatMul', inputs: ['a', 'b'], outputs: ['y'] }],
  inputs: [tensorInfo('a', FLOAT, [3, 2]), tensorInfo('b', FLOAT, [2, 1])],
  outputs: [tensorInfo('y', FLOAT, [3, 1])],
};

/** Zeros and empty texts are values that this one refuses: it cannot be made of no columns. */
const REFUSES_BLANK: ModelParts = {
  nodes: [{ opType: 'Reshape', inputs: ['x', 'to'], outputs: ['y'] }],
  inputs: [tensorInfo('x', FLOAT, [4]), tensorInfo('to', INT64, [2])],
  outputs: [tensorInfo('y', FLOAT, ['A', 'B'])],
};

describe('an ONNX model with outputs that are not one answer a row', () => {
  const modelgate = installation();
  let server: Server;
  let token: string;
  let authorization: Record<string, string>;
  const imported: Record<string, string> = {};

  beforeAll(async () => {
    for (const [name, parts] of Object.entries({
      mixed: MIXED,
      scalar: SCALAR,
      fixed: FIXED,
      reshaped: REFUSES_BLANK,
    })) {
      const path = join(modelgate.dir, `${name}.onnx`);
      writeFileSync(path, modelOf(parts));
      const { code, stderr } = await modelgate.cli(['models', 'import', path]);
      expect(code).toBe(0);
      imported[name] = stderr.replaceAll(`${path}: `, '');
    }
    await modelgate.addUser('ada', 'a long password', '--role', 'admin');
    server = await modelgate.serve();
    token = await server.login('ada', 'a long password');
    authorization = bearer(token);
  });

  const v1 = (model: string, instances: unknown) =>
    server.http.post(`/v1/models/${model}:predict`).set(authorization).send({ instances });
  const v2 = (model: string, inputs: unknown, outputs?: string[]) =>
    server.http
      .post(`/v2/models/${model}/infer`)
      .set(authorization)
      .send({ inputs, ...(outputs && { outputs: outputs.map((name) => ({ name })) }) });
  const tensor = (name: string, shape: number[], data: unknown[], datatype = 'FP32') => ({
    name,
    datatype,
    shape,
    data,
  });

  it('says so at import', () => {
    const only = 'only V2 and gRPC answer it';
    expect(imported.mixed.trimEnd().split('\n')).toEqual([
      `warning: the first dimension of output all is not the rows (rows → shape: 1 → [], 2 → [], 3 → []): ${only}`,
      `warning: the first dimension of output places is not the rows (rows → shape: 1 → [2, 0], 2 → [2, 0], 3 → [2, 0]): ${only}`,
      `warning: the first dimension of output flat is not the rows (rows → shape: 1 → [2], 2 → [4], 3 → [6]): ${only}`,
    ]);
    expect(imported.scalar).toBe(
      'warning: the inputs have no rows in common: only tensors (V2, gRPC) are answered, no rows and no batch jobs\n',
    );
    expect(imported.reshaped).toMatch(/^warning: the model could not be tried on blank inputs: /);
  });

  // 2 rows, so that the first dimension of `places` is 2 by chance.
  const rows = [
    [1, 2],
    [3, 4],
  ];

  it('refuses rows by the name of the output', async () => {
    const { body } = await v1('mixed', rows).expect(400);
    expect(body).toMatchObject({
      error: 'output all: its first dimension is not the rows; ask by tensors (V2 or gRPC)',
    });
  });

  it('answers tensors in the shapes of the outputs', async () => {
    const { body } = await v2('mixed', [tensor('x', [2, 2], [1, 2, 3, 0])]).expect(200);
    expect((body as { outputs: unknown }).outputs).toEqual([
      tensor('y', [2, 2], [-1, -2, -3, 0]),
      tensor('all', [], [4], 'INT64'),
      tensor('places', [2, 3], [0, 0, 1, 0, 1, 0], 'INT64'),
      tensor('flat', [4], [1, 2, 3, 0]),
    ]);
  });

  it('answers no rows as the model does', async () => {
    const { body } = await v2('mixed', [tensor('x', [0, 2], [])], ['all', 'places']).expect(200);
    expect((body as { outputs: unknown }).outputs).toEqual([
      tensor('all', [], [0], 'INT64'),
      tensor('places', [2, 0], [], 'INT64'),
    ]);
  });

  it('refuses a job by the name of the output, and does one that asks for rows only', async () => {
    const jobs = new Jobs(server, token, 'mixed');
    const csv = '1,2\n3,4\n';
    const { body } = await jobs.create(csv, '?outputs=y,places').expect(400);
    expect(body).toMatchObject({
      detail: 'output places: its first dimension is not the rows; ask by tensors (V2 or gRPC)',
    });
    const id = await jobs.start(csv, '?outputs=y');
    expect(await jobs.results(id)).toBe('y_0,y_1,error\r\n-1,-2,\r\n-3,-4,\r\n');
  });

  it('refuses a file of rows on the command line in the same words', async () => {
    const file = join(modelgate.dir, 'rows.csv');
    writeFileSync(file, '1,2\n');
    const { code, stderr } = await modelgate.cli(['predict', file, '--model', 'mixed', '--outputs', 'flat']);
    expect(stderr).toContain('output flat: its first dimension is not the rows');
    expect(code).toBe(1);
  });

  it('takes a scalar, and inputs whose first dimensions differ, by the shapes that the file declares', async () => {
    const added = await v2('scalar', [tensor('x', [2, 2], [1, 2, 3, 4]), tensor('c', [], [10])]).expect(200);
    expect((added.body as { outputs: unknown }).outputs).toEqual([tensor('y', [2, 2], [11, 12, 13, 14])]);
    const product = await v2('fixed', [
      tensor('a', [3, 2], [1, 2, 3, 4, 5, 6]),
      tensor('b', [2, 1], [1, 10]),
    ]);
    expect((product.body as { outputs: unknown }).outputs).toEqual([tensor('y', [3, 1], [21, 43, 65])]);
    await v2('fixed', [tensor('a', [2, 2], [1, 2, 3, 4]), tensor('b', [2, 1], [1, 10])]).expect(400, {
      error: 'a: has the shape [2, 2]; expected [3, 2]',
    });
  });

  it('refuses rows where the inputs have none in common', async () => {
    const { body } = await v1('scalar', [{ x: [1, 2], c: 10 }]).expect(400);
    expect(body).toMatchObject({
      error: 'instances[0]: the inputs of the model have no rows in common; send tensors (V2 or gRPC)',
    });
  });

  it('serves a model that cannot be tried on zeros', async () => {
    const { body } = await v2('reshaped', [
      tensor('x', [4], [1, 2, 3, 4]),
      tensor('to', [2], [2, 2], 'INT64'),
    ]).expect(200);
    expect((body as { outputs: unknown }).outputs).toEqual([tensor('y', [2, 2], [1, 2, 3, 4])]);
  });
});
