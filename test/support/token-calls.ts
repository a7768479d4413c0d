import { bearer } from './bearer.js';
import { DEMO_USER, type Server } from './server.js';

/** The response of /token. */
export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly scope: string;
}

/** Requests to /token and /revoke of the server that `server` gives. */
export function tokenCalls(server: () => Server) {
  const post = (path: string, form: object) => server().http.post(path).type('form').send(form);
  const token = (form: object) => post('/token', form);
  return {
    post,
    token,
    login: async (form: object = DEMO_USER) => (await token(form).expect(200)).body as Tokens,
    refresh: (refreshToken: string, more: object = {}) =>
      token({ grant_type: 'refresh_token', refresh_token: refreshToken, ...more }),
    /** The status that an access token gets: 200, or 401 if it is not valid any more. */
    statusOf: async (accessToken: string) =>
      (await server().http.get('/v1/test').set(bearer(accessToken))).status,
  };
}
