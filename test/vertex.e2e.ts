import { beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { Exposition } from './support/exposition.js';
import { type AuditRecord, freshInstallation, installation } from './support/installation.js';
import type { Server } from './support/server.js';

const PATIENT = [3, 102, 44, 20, 94, 30.8, 0.4, 26];
/** Vertex AI's default paths for a model without configured routes. */
const PREDICT = '/v1/endpoints/12345/deployedModels/67890:predict';
const HEALTH = '/v1/endpoints/12345/deployedModels/67890';

const modelgate = installation({
  MODELGATE_RATE_LIMIT: '0',
  AIP_PREDICT_ROUTE: PREDICT,
  AIP_HEALTH_ROUTE: HEALTH,
});
let server: Server;
let token: string;

const predict = (body: object) => server.http.post(PREDICT).set(bearer(token)).send(body);

beforeAll(async () => {
  server = await modelgate.serve();
  await modelgate.addUser('ann', 'ann-has-a-password', '--role', 'admin');
  token = await server.login('ann', 'ann-has-a-password');
});

describe('a container on Vertex AI', () => {
  it('is healthy at its health route, without a token', async () => {
    expect((await server.http.get(HEALTH).expect(200)).body).toEqual({ status: 'ready' });
  });

  it('returns predictions for instances, and ignores parameters', async () => {
    const { body } = await predict({ instances: [PATIENT], parameters: { confidence: 0.5 } }).expect(200);
    expect(body).toEqual({ predictions: [0] });
  });

  it.each([
    [{}, 'instances: must be a list of one row or more'],
    [
      { instances: [[1]] },
      'instances[0][1]: field required: the model takes 8 values, of which this is plas',
    ],
  ])('rejects %j', async (sent, message) => {
    const { body } = await predict(sent).expect(400);
    expect(body).toEqual({ error: { code: 400, message } });
  });

  it('returns 401 without a token', async () => {
    const { body } = await server.http
      .post(PREDICT)
      .send({ instances: [PATIENT] })
      .expect(401);
    expect(body).toEqual({ error: { code: 401, message: 'Not authenticated' } });
  });

  it('records, counts and replays its predictions under their own protocol', async () => {
    await predict({ instances: [PATIENT] })
      .set('x-request-id', 'recorded')
      .expect(200);
    const found = await server.http.get('/v1/audit?request_id=recorded').set(bearer(token)).expect(200);
    const [record] = (found.body as { items: AuditRecord[] }).items;
    expect(record).toMatchObject({ kind: 'prediction', protocol: 'vertex', model: 'diabetes', rows: 1 });
    await server.http
      .post(`/v1/audit/${String(record.id)}/replay`)
      .set(bearer(token))
      .expect(200)
      .expect(({ body }) => expect(body).toMatchObject({ same: true }));
    const { text } = await server.http.get('/metrics').set(bearer(token)).expect(200);
    expect(Object.keys(new Exposition(text).samples('modelgate_predictions_total'))).toContain(
      'model="diabetes",version="1",protocol="vertex",outcome="success"',
    );
  });

  it('has its routes in the OpenAPI document', async () => {
    const { body } = await server.http.get('/openapi.json').expect(200);
    const { paths } = body as { paths: Record<string, Record<string, { security: unknown }>> };
    expect(paths[PREDICT].post.security).toEqual([{ oauth2: ['predict'] }]);
    expect(paths[HEALTH].get.security).toEqual([]);
  });
});

it('may use existing routes of the server', async () => {
  const other = freshInstallation({ AIP_PREDICT_ROUTE: '/invocations', AIP_HEALTH_ROUTE: '/health/ready' });
  const container = await other.serve();
  const mine = await container.login();
  await container.http.get('/health/ready').expect(200);
  await container.http
    .post('/invocations')
    .set(bearer(mine))
    .send({ instances: [PATIENT] })
    .expect(200, { predictions: [0] });
});

it('does not start with a path that is a pattern', async () => {
  const { code, stderr } = await freshInstallation({ AIP_PREDICT_ROUTE: '/predict/*' }).cli(['serve']);
  expect([code, stderr]).toEqual([
    1,
    'modelgate: wrong configuration: AIP_PREDICT_ROUTE must be a path of letters, digits and . _ ~ - : /\n',
  ]);
});
