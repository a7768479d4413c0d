import { beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { type AuditRecord, installation } from './support/installation.js';
import type { Server } from './support/server.js';

const modelgate = installation();
let server: Server;
let root: string;
/** SHA-256 of the shipped version's manifest. */
let digest: string;

beforeAll(async () => {
  server = await modelgate.serve();
  await modelgate.addUser('root', 'the-roots-pass-word', '--role', 'admin');
  root = await server.login('root', 'the-roots-pass-word');
  const { body } = await server.http.get('/v1/models/diabetes').set(bearer(root)).expect(200);
  ({ digest } = (body as { versions: { digest: string }[] }).versions[0]);
});

const post = (path: string) => server.http.post(`/v1/models/${path}`).set(bearer(root));

async function act(action: string): Promise<AuditRecord> {
  const { body } = await server.http.get(`/v1/audit?action=${action}&limit=1`).set(bearer(root)).expect(200);
  return (body as { items: AuditRecord[] }).items[0];
}

describe('the record of an act on a model', () => {
  it.each([
    ['diabetes/versions/1/promote', 'model.promote'],
    ['diabetes/unload', 'model.unload'],
    ['diabetes/load', 'model.load'],
  ])('names the version: %s', async (path, action) => {
    await post(path).expect(200);
    expect(await act(action)).toMatchObject({ model: 'diabetes', version: 1, model_digest: digest });
  });

  it('names the model if the act failed', async () => {
    const { body } = await post('diabetes/versions/7/promote').expect(404);
    expect(body).toMatchObject({ detail: 'unknown version "7"; versions of diabetes: 1' });
    expect(await act('model.promote')).toMatchObject({ status: 404, model: 'diabetes', version: null });
    await post('diabetes/rollback').expect(409);
    expect(await act('model.rollback')).toMatchObject({ status: 409, model: 'diabetes' });
  });

  it('names the version in an act of the command line', async () => {
    await modelgate.run(['models', 'promote', 'diabetes', '1']);
    const record = await act('model.promote');
    expect(record).toMatchObject({ method: 'CLI', model: 'diabetes', version: 1, model_digest: digest });
    expect(
      (await server.http.get('/v1/audit?model=diabetes&version=1').set(bearer(root))).body,
    ).toMatchObject({ items: expect.arrayContaining([record]) as unknown });
  });
});

describe('a version that the model does not have', () => {
  it.each(['9', 'abc', '1.0', '__proto__', 'toString'])(
    '%s is refused with those that it has',
    async (version) => {
      const detail = `unknown version "${version}"; versions of diabetes: 1`;
      const { body } = await server.http
        .post(`/v2/models/diabetes/versions/${version}/infer`)
        .set(bearer(root))
        .send({
          inputs: [{ name: 'x', datatype: 'FP64', shape: [1, 8], data: [3, 102, 44, 20, 94, 30.8, 0.4, 26] }],
        })
        .expect(404);
      expect(body).toMatchObject({ error: detail });
    },
  );
});
