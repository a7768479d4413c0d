import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bearer, keptSecret } from './support/bearer.js';
import { freshInstallation, type Installation } from './support/installation.js';
import type { Server } from './support/server.js';

const PASSWORD = 'correct-horse-7-battery';
const NEW_PASSWORD = 'staple-8-correct-horse';
const GUESS = 'a-guess-that-is-wrong-9';
const COOKIE = 'c00kie-value-1234567890';
const API_KEY = 'ap1-key-value-1234567890';
const JWT_SECRET = 'the-jwt-secret-of-this-run-0123456789';
const PATIENT = [3, 102, 44, 20, 94, 30.8, 0.4, 26];

/** Logins, predictions and failures of every kind, with secrets in every possible place. @returns the tokens */
async function use(modelgate: Installation, server: Server): Promise<string[]> {
  const token = await server.login('ada', PASSWORD);
  const secretHeaders = { ...bearer(token), cookie: `session=${COOKIE}`, 'x-api-key': API_KEY };
  const login = (form: object) => server.http.post('/token').type('form').send(form);
  await login({ username: 'ada', password: GUESS });
  await login({ username: PASSWORD, password: 'ada-in-the-wrong-field' });
  await login({ username: 'ada', password: PASSWORD, scope: 'users:admin', client_secret: API_KEY });
  await login({ username: 'ada', password: PASSWORD, grant_type: 'nonsense' });
  await login({ username: 'ada', password: [PASSWORD, GUESS] });
  await server.http.post('/token').send({ username: 'ada', password: PASSWORD });
  await server.http.post('/token').set('content-type', 'application/json').send(`{"password": "${PASSWORD}"`);
  await server.http.post('/token').query({ username: 'ada', password: PASSWORD });
  await server.http.get('/v1/test').auth('ada', PASSWORD);
  await server.http.get('/v1/test').query({ access_token: token }).set(secretHeaders).expect(200);
  await server.http.get('/nowhere').query({ token, password: PASSWORD, api_key: API_KEY }).set(secretHeaders);
  await server.http.post('/regression').set(secretHeaders).send(PATIENT).expect(200);
  await server.http.post('/regression').set(secretHeaders).send([1]).expect(422);
  await server.http
    .post('/regression')
    .set(secretHeaders)
    .set('content-type', 'application/json')
    .send('[1,')
    .expect(422);
  await server.http
    .post('/v1/models/diabetes:predict')
    .set(secretHeaders)
    .send({ instances: [PATIENT] })
    .expect(200);
  await server.http.delete('/v1/models/diabetes').set(secretHeaders).expect(403);
  await modelgate.run(['users', 'passwd', 'ada', '--password-stdin'], { input: `${NEW_PASSWORD}\n` });
  await server.http.get('/v1/test').set(bearer(token)).expect(401);
  return [token, await server.login('ada', NEW_PASSWORD)];
}

/** Paths, relative to `dir`, of files that contain one of the secrets. */
function filesWith(dir: string, secrets: readonly string[]): string[] {
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(dir, path)).isFile(),
  );
  expect(files.length).toBeGreaterThan(0);
  return files.filter((path) => {
    const bytes = readFileSync(join(dir, path));
    return secrets.some((secret) => bytes.includes(secret));
  });
}

describe.each([
  ['a secret from the environment', { MODELGATE_JWT_SECRET: JWT_SECRET }, []],
  ['a key of its own', {}, ['keys.json']],
])('after a run with %s', (_case, env, keyFiles) => {
  it('no password, token, key or cookie is in the database, the logs or the export', async () => {
    const modelgate = freshInstallation({
      ...env,
      MODELGATE_LOG_LEVEL: 'trace',
      MODELGATE_LOGIN_RATE_LIMIT: '0',
    });
    await modelgate.addUser('ada', PASSWORD);
    const server = await modelgate.serve();
    const tokens = await use(modelgate, server);

    const key = keyFiles.length > 0 ? keptSecret(modelgate.dataDir) : JWT_SECRET;
    const signatures = tokens.map((token) => token.split('.')[2]);
    const basic = Buffer.from(`ada:${PASSWORD}`).toString('base64');
    const secrets = [PASSWORD, NEW_PASSWORD, GUESS, COOKIE, API_KEY, basic, ...tokens, ...signatures, key];
    const exported =
      (await modelgate.run(['log', 'export', '--format', 'csv'])) +
      (await modelgate.run(['log', 'export', '--format', 'ndjson']));

    // Checked while the server runs, including the write-ahead log, and after it has stopped.
    expect(filesWith(modelgate.dataDir, secrets)).toEqual(keyFiles);
    await server.stop();
    expect(filesWith(modelgate.dataDir, secrets)).toEqual(keyFiles);
    for (const secret of secrets) {
      expect(server.stdout).not.toContain(secret);
      expect(server.stderr).not.toContain(secret);
      expect(exported).not.toContain(secret);
    }
    expect(exported).toContain('/regression');
  });
});
