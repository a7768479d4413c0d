import { beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { installation } from './support/installation.js';
import type { Server } from './support/server.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const modelgate = installation();
let server: Server;
beforeAll(async () => {
  server = await modelgate.serve();
});

const COMMON = {
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

describe('every response', () => {
  it.each([
    ['a success', '/health/live', 200],
    ['a refusal', '/v1/test', 401],
    ['an unknown path', '/nowhere', 404],
  ])('has the security headers: %s', async (_case, path, status) => {
    const { headers } = await server.http.get(path).expect(status);
    expect(headers).toMatchObject({
      ...COMMON,
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
    });
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('server');
  });

  it('has the headers of a page if it is one', async () => {
    const { headers } = await server.http.get('/docs').expect(200);
    expect(headers).toMatchObject({
      ...COMMON,
      'content-security-policy':
        "default-src 'none';script-src 'self';style-src 'self' 'unsafe-inline';img-src 'self' data:;font-src 'self';" +
        "connect-src 'self';form-action 'self';base-uri 'none';frame-ancestors 'none'",
      'cross-origin-opener-policy': 'same-origin',
    });
    expect(headers).not.toHaveProperty('x-powered-by');
  });
});

describe('x-request-id', () => {
  it.each([
    ['a success', '/health/live'],
    ['a refusal', '/v1/test'],
    ['an unknown path', '/nowhere'],
    ['a path that cannot be decoded', '/v1/%zz'],
    ['a name that is too long', `/v1/models/${'a'.repeat(500)}`],
  ])('is that of the request: %s', async (_case, path) => {
    const { headers } = await server.http.get(path).set('x-request-id', 'trace:7f.A_b-1');
    expect(headers['x-request-id']).toBe('trace:7f.A_b-1');
  });

  it.each(['with space', 'a"b', '', 'x'.repeat(65), '<script>'])('is a new one for %j', async (given) => {
    const { headers } = await server.http.get('/health/live').set('x-request-id', given);
    expect(headers['x-request-id']).toMatch(UUID);
  });

  it('is unique per request, and in the body of a problem', async () => {
    const first = await server.http.get('/nowhere');
    const second = await server.http.get('/nowhere');
    expect(first.headers['x-request-id']).toMatch(UUID);
    expect(second.headers['x-request-id']).not.toBe(first.headers['x-request-id']);
    expect((first.body as { request_id: string }).request_id).toBe(first.headers['x-request-id']);
  });
});

describe('an error', () => {
  it('outside the reference routes is a problem document', async () => {
    const { body, headers } = await server.http.get('/nowhere').set('x-request-id', 'r1').expect(404);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(body).toEqual({
      type: 'urn:modelgate:error:not_found',
      title: 'Not found',
      status: 404,
      detail: 'Not found',
      code: 'not_found',
      request_id: 'r1',
    });
  });

  it('of a body that is not JSON names the position', async () => {
    const token = await server.login();
    const call = server.http
      .post('/v1/models/diabetes:predict')
      .set({ ...bearer(token), 'content-type': 'application/json' });
    const { body } = await call.send('{"instances": [[1, x]]}').expect(400);
    expect(body).toMatchObject({
      code: 'bad_request',
      detail: 'the body is not JSON: unexpected character at position 19',
      faults: [{ loc: ['body', 'instances', 0, 1], type: 'value_error.jsondecode' }],
    });
  });
});
