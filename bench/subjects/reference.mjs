/** The reference app, rebuilt on current FastAPI and uvicorn. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, startServer } from '../lib/process.mjs';
import { pythonEnv, pythonOf } from '../lib/python.mjs';
import { logIn } from './modelgate.mjs';

const USER = { username: 'trialuser', password: 'trialpass123' };

export async function startReference({ root, dir, fitted }) {
  const python = pythonOf(root, 'reference');
  if (!python || !fitted) return undefined;
  for (const file of ['finalized_model.sav', 'users.db']) copyFileSync(join(fitted, file), join(dir, file));
  const listen = String(await freePort());
  const url = `http://127.0.0.1:${listen}`;
  const server = await startServer({
    command: python,
    args: ['-m', 'uvicorn', 'reference_app:app', '--host', '127.0.0.1', '--port', listen, '--no-access-log'],
    cwd: join(root, 'bench', 'subjects'),
    env: {
      ...pythonEnv(),
      PYTHONDONTWRITEBYTECODE: '1',
      REFERENCE_DIR: dir,
      REFERENCE_SECRET: 'a secret of the benchmark, 32 bytes',
    },
    log: join(dir, 'log'),
    ready: () =>
      fetch(`${url}/v1/test`).then(
        () => url,
        () => undefined,
      ),
  });
  return { ...server, headers: { Authorization: `Bearer ${await logIn(url, USER)}` } };
}
