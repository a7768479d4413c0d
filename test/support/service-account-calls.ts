import { bearer } from './bearer.js';
import type { Server } from './server.js';

export const ACCOUNTS = '/v1/service-accounts';

/** The Authorization header of RFC 6749 §2.3.1. */
export const basic = (clientId: string, secret: string): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`).toString('base64')}`;

/** Requests about and of service accounts; `root` gives an administrator's token. */
export function serviceAccountCalls(server: () => Server, root: () => string) {
  const get = (path: string, token = root()) => server().http.get(path).set(bearer(token));
  const post = (path: string, body?: object, token = root()) =>
    server().http.post(path).set(bearer(token)).send(body);
  const remove = (path: string) => server().http.delete(path).set(bearer(root()));
  const authenticate = (clientId: string, secret: string, form: object = {}) =>
    server()
      .http.post('/token')
      .set('authorization', basic(clientId, secret))
      .type('form')
      .send({ grant_type: 'client_credentials', ...form });
  return {
    get,
    post,
    remove,
    authenticate,
    /** Creates an account. @returns its secret */
    create: async (clientId: string, more: object = {}): Promise<string> => {
      const account = { client_id: clientId, grants: 'role:predictor', ...more };
      const { body } = await post(ACCOUNTS, account).expect(201);
      return (body as { client_secret: string }).client_secret;
    },
    tokenOf: async (clientId: string, secret: string): Promise<string> =>
      ((await authenticate(clientId, secret).expect(200)).body as { access_token: string }).access_token,
    statusOf: async (token: string) => (await server().http.get('/v1/test').set(bearer(token))).status,
  };
}
