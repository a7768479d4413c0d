/**
 * Runs the unmodified public clients of the inference protocols against a fresh server: the newest tritonclient and
 * kserve from PyPI, over REST and gRPC, and authlib for logins. `npm run test:clients`; PYTHON names another interpreter than python3.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  fixtures,
  modelgate,
  print,
  pythonWith,
  root,
  runScript,
  startServer,
  stopServer,
} from './support.mjs';

const PACKAGES = ['tritonclient[http,grpc]', 'kserve', 'authlib', 'httpx'];
const SCRIPTS = [
  'triton_rest.py',
  'triton_rest_aio.py',
  'triton_grpc.py',
  'kserve_rest.py',
  'kserve_grpc.py',
  'authlib_oauth.py',
];
const USER = { username: 'clients', password: 'a password for the clients' };

/** Models by the name that the scripts know them by. */
const MODELS = {
  iris: 'sklearn/1.9.1/iris-logistic.pkl',
  german: 'sklearn/1.9.1/german-columns.pkl',
  zipmap: 'onnx/iris-logistic-zipmap.onnx',
  mixed: 'onnx/mixed-columns-zipmap.onnx',
  ridge: 'onnx/diabetes-ridge-double.onnx',
};

function installClients() {
  const python = pythonWith('clients', PACKAGES);
  const list = spawnSync(python, ['-m', 'pip', 'list', '--format=freeze'], { encoding: 'utf8' }).stdout;
  print(
    list
      .split('\n')
      .filter((line) => /^(tritonclient|kserve|authlib)==/i.test(line))
      .join('\n'),
  );
  return python;
}

function prepare(dataDir) {
  for (const [name, file] of Object.entries(MODELS)) {
    modelgate(['models', 'import', join(fixtures, file), '--name', name, '--data-dir', dataDir]);
  }
  const add = ['users', 'add', USER.username, '--role', 'admin', '--password-stdin', '--data-dir', dataDir];
  modelgate(add, { input: `${USER.password}\n` });
  const account = [
    'service-accounts',
    'add',
    'clients-service',
    '--role',
    'predictor',
    '--data-dir',
    dataDir,
  ];
  const { stdout } = spawnSync(process.execPath, [join(root, 'bin/modelgate.js'), ...account], {
    encoding: 'utf8',
  });
  return /^client_secret {2}(\S+)$/m.exec(stdout)[1];
}

async function login(port) {
  const body = new URLSearchParams({ grant_type: 'password', ...USER });
  const response = await fetch(`http://127.0.0.1:${port}/token`, { method: 'POST', body });
  if (!response.ok) throw new Error(`/token answered ${response.status}: ${await response.text()}`);
  return (await response.json()).access_token;
}

async function main() {
  const python = installClients();
  const scratch = mkdtempSync(join(tmpdir(), 'modelgate-clients-'));
  const dataDir = join(scratch, 'data');
  let running;
  let failed = 0;
  try {
    const clientSecret = prepare(dataDir);
    running = await startServer(dataDir, scratch);
    const { http, grpc } = running.ports;
    const env = {
      MODELGATE_HTTP: `127.0.0.1:${http}`,
      MODELGATE_GRPC: `127.0.0.1:${grpc}`,
      MODELGATE_TOKEN: await login(http),
      MODELGATE_USER: USER.username,
      MODELGATE_PASSWORD: USER.password,
      MODELGATE_CLIENT_SECRET: clientSecret,
      MODELGATE_FIXTURES: fixtures,
      PYTHONUNBUFFERED: '1',
    };
    let passed = 0;
    for (const script of process.argv.length > 2 ? process.argv.slice(2) : SCRIPTS) {
      const counts = await runScript(script, python, [join(root, 'clients', script)], env);
      passed += counts.passed;
      failed += counts.failed;
    }
    if (failed > 0)
      print(
        `\nthe server's last lines:\n${readFileSync(running.log, 'utf8').split('\n').slice(-20).join('\n')}`,
      );
    print(`\n${passed} passed, ${failed} failed`);
  } finally {
    if (running) await stopServer(running);
    rmSync(scratch, { recursive: true, force: true });
  }
  process.exitCode = failed > 0 ? 1 : 0;
}

await main();
