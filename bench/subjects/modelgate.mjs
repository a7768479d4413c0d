/** Modelgate with everything on: token, scope, rate limit (too high to be reached), an audit record committed a call. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startServer } from '../lib/process.mjs';

const USER = { username: 'bench', password: 'correct horse battery staple' };

const SETTINGS = {
  NODE_ENV: 'production',
  MODELGATE_RATE_LIMIT: '1000000000',
  MODELGATE_TOKEN_MINUTES: '1440',
  MODELGATE_BODY_LIMIT: String(2 ** 28),
};

/**
 * Serves scikit-learn pickles, all of them unless the context names `pickles`; /regression is the reference app's own
 * file. Undefined where there are none.
 */
export async function startPickles(context, settings = {}) {
  if (!context.fitted) return undefined;
  const { pickles = ['finalized_model.sav', 'forest.pkl', 'boosting.pkl'] } = context;
  const files = pickles.map((file) => join(context.fitted, file));
  const server = await startModelgate(context, files, {
    MODELGATE_DEFAULT_MODEL: 'finalized_model',
    ...settings,
  });
  return { ...server, model: 'finalized_model', input: 'input-0' };
}

/** As {@link startPickles}, by two processes. */
export const startWorkers = (context) => startPickles(context, { MODELGATE_WORKERS: '2' });

/** Serves the model that is shipped with the program. */
export async function startShipped(context) {
  return { ...(await startModelgate(context, [], {})), model: 'diabetes', input: 'input' };
}

async function startModelgate({ root, dir }, files, settings) {
  const program = join(root, 'bin', 'modelgate.js');
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...SETTINGS, ...settings };
  const dataDir = join(dir, 'data');
  const portFile = join(dir, 'port');
  if (!existsSync(dataDir)) addUser(program, dataDir, env);
  rmSync(portFile, { force: true });
  const server = await startServer({
    command: process.execPath,
    args: [program, 'serve', ...files, '--port', '0', '--port-file', portFile, '--data-dir', dataDir],
    env,
    log: join(dir, 'log'),
    ready: () => (existsSync(portFile) ? urlIn(portFile) : undefined),
  });
  const shown = Object.entries({ ...SETTINGS, ...settings }).map(([name, value]) => `${name}=${value}`);
  return {
    ...server,
    command: [...shown, ...server.command],
    headers: { Authorization: `Bearer ${await logIn(server.url, USER)}` },
  };
}

function addUser(program, dataDir, env) {
  const args = [program, 'users', 'add', USER.username, '--password-stdin', '--data-dir', dataDir];
  execFileSync(process.execPath, args, {
    env,
    input: `${USER.password}\n`,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
}

function urlIn(portFile) {
  const text = readFileSync(portFile, 'utf8');
  return text.endsWith('}') ? `http://127.0.0.1:${JSON.parse(text).http}` : undefined;
}

/** A bearer token from /token. */
export async function logIn(url, { username, password }) {
  const response = await fetch(`${url}/token`, {
    method: 'POST',
    body: new URLSearchParams({ username, password }),
  });
  if (response.status !== 200) throw new Error(`${url}/token: ${response.status} ${await response.text()}`);
  return (await response.json()).access_token;
}
