/** MLServer, with its own defaults, on the same pickle. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { freePort, startServer } from '../lib/process.mjs';
import { pythonEnv, pythonOf } from '../lib/python.mjs';

const MODEL = 'finalized_model';

export async function startMlserver({ root, dir, fitted }) {
  const python = pythonOf(root, 'mlserver');
  if (!python || !fitted) return undefined;
  const [http, grpc, metrics] = [await freePort(), await freePort(), await freePort()];
  const folder = join(dir, 'models');
  const modelFolder = join(folder, MODEL);
  mkdirSync(modelFolder, { recursive: true });
  const settings = {
    host: '127.0.0.1',
    http_port: http,
    grpc_port: grpc,
    metrics_port: metrics,
    debug: false,
  };
  const model = {
    name: MODEL,
    implementation: 'mlserver_sklearn.SKLearnModel',
    parameters: { uri: './model.pickle' },
  };
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
  writeFileSync(join(modelFolder, 'model-settings.json'), JSON.stringify(model));
  copyFileSync(join(fitted, 'finalized_model.sav'), join(modelFolder, 'model.pickle'));
  const url = `http://127.0.0.1:${http}`;
  const server = await startServer({
    command: join(dirname(python), 'mlserver'),
    args: ['start', folder],
    env: pythonEnv(),
    cwd: dir,
    log: join(dir, 'log'),
    ready: () =>
      fetch(`${url}/v2/models/${MODEL}/ready`).then(
        ({ ok }) => (ok ? url : undefined),
        () => undefined,
      ),
  });
  return { ...server, headers: {}, model: MODEL, input: 'input-0' };
}
