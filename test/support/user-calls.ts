import { bearer } from './bearer.js';
import type { Server } from './server.js';

export const USERS = '/v1/users';
export const pathOf = (username: string): string => `${USERS}/${encodeURIComponent(username)}`;
/** The password that a user is created with. */
export const passwordOf = (username: string): string => `window seat 7 ${username.slice(0, 2)}`;

/** Requests about users; `root` gives an administrator's token. */
export function userCalls(server: () => Server, root: () => string) {
  const post = (path: string, body?: object, token = root()) =>
    server().http.post(path).set(bearer(token)).send(body);
  return {
    get: (path: string, token = root()) => server().http.get(path).set(bearer(token)),
    post,
    patch: (path: string, body: object, token = root()) =>
      server().http.patch(path).set(bearer(token)).send(body),
    remove: (path: string, token = root()) => server().http.delete(path).set(bearer(token)),
    create: (username: string, more: object = {}) =>
      post(USERS, { username, password: passwordOf(username), ...more }).expect(201),
    login: (username: string, password = passwordOf(username)) => server().login(username, password),
    attempt: (username: string, password: string) =>
      server().http.post('/token').type('form').send({ username, password }),
  };
}
