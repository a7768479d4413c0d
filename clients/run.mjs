/**
 * Runs the unmodified public clients of the inference protocols against a fresh server: the newest tritonclient and
 * kserve from PyPI, over REST and gRPC. `npm run test:clients`; PYTHON names another interpreter than python3.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(import.meta.url), '../..');
const fixtures = join(root, 'test/fixtures');
const venv = join(root, '.venvs/clients');
const python = join(venv, 'bin/python');
const PACKAGES = ['tritonclient[http,grpc]', 'kserve'];
const SCRIPTS = [
  'triton_rest.py',
  'triton_rest_aio.py',
  'triton_grpc.py',
  'kserve_rest.py',
  'kserve_grpc.py',
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

const print = (line) => process.stdout.write(`${line}\n`);

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { stdio: ['pipe', 'inherit', 'inherit'], ...options });
  if (error) throw error;
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')} ended with ${status}`);
}

function installClients() {
  if (!existsSync(python)) run(process.env.PYTHON ?? 'python3', ['-m', 'venv', venv]);
  run(python, ['-m', 'pip', 'install', '--quiet', '--upgrade', '--disable-pip-version-check', ...PACKAGES]);
  const list = spawnSync(python, ['-m', 'pip', 'list', '--format=freeze'], { encoding: 'utf8' }).stdout;
  print(
    list
      .split('\n')
      .filter((line) => /^(tritonclient|kserve)==/.test(line))
      .join('\n'),
  );
}

function modelgate(args, options) {
  run(process.execPath, [join(root, 'bin/modelgate.js'), ...args], { cwd: root, ...options });
}

function prepare(dataDir) {
  for (const [name, file] of Object.entries(MODELS)) {
    modelgate(['models', 'import', join(fixtures, file), '--name', name, '--data-dir', dataDir]);
  }
  const add = ['users', 'add', USER.username, '--role', 'admin', '--password-stdin', '--data-dir', dataDir];
  modelgate(add, { input: `${USER.password}\n` });
}

async function startServer(dataDir, scratch) {
  const portFile = join(scratch, 'ports.json');
  const log = join(scratch, 'server.log');
  const args = ['serve', '--port', '0', '--grpc-port', '0', '--port-file', portFile, '--data-dir', dataDir];
  const server = spawn(process.execPath, [join(root, 'bin/modelgate.js'), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const file = createWriteStream(log);
  server.stdout.pipe(file);
  server.stderr.pipe(file);
  while (!existsSync(portFile)) {
    if (server.exitCode !== null)
      throw new Error(`the server ended with ${server.exitCode}:\n${readFileSync(log, 'utf8')}`);
    await delay(100);
  }
  return { server, log, ports: JSON.parse(readFileSync(portFile, 'utf8')) };
}

async function login(port) {
  const body = new URLSearchParams({ grant_type: 'password', ...USER });
  const response = await fetch(`http://127.0.0.1:${port}/token`, { method: 'POST', body });
  if (!response.ok) throw new Error(`/token answered ${response.status}: ${await response.text()}`);
  return (await response.json()).access_token;
}

/** Prints the lines of a script, and counts those that begin with ok and FAIL. A script that dies is a failure, too. */
async function runScript(script, env) {
  print(`\n${script}`);
  const child = spawn(python, [join(root, 'clients', script)], { env: { ...process.env, ...env } });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += chunk));
  const counts = { passed: 0, failed: 0 };
  const ended = new Promise((done) => child.on('close', done));
  for await (const line of createInterface({ input: child.stdout })) {
    print(`  ${line}`);
    if (line.startsWith('ok ')) counts.passed++;
    if (line.startsWith('FAIL ')) counts.failed++;
  }
  const code = await ended;
  if (code !== 0) {
    counts.failed++;
    print(`  FAIL ${script} ended with ${code}\n${errors}`);
  }
  return counts;
}

async function main() {
  installClients();
  const scratch = mkdtempSync(join(tmpdir(), 'modelgate-clients-'));
  const dataDir = join(scratch, 'data');
  let running;
  let failed = 0;
  try {
    prepare(dataDir);
    running = await startServer(dataDir, scratch);
    const { http, grpc } = running.ports;
    const env = {
      MODELGATE_HTTP: `127.0.0.1:${http}`,
      MODELGATE_GRPC: `127.0.0.1:${grpc}`,
      MODELGATE_TOKEN: await login(http),
      MODELGATE_FIXTURES: fixtures,
      PYTHONUNBUFFERED: '1',
    };
    let passed = 0;
    for (const script of process.argv.length > 2 ? process.argv.slice(2) : SCRIPTS) {
      const counts = await runScript(script, env);
      passed += counts.passed;
      failed += counts.failed;
    }
    if (failed > 0)
      print(
        `\nthe server's last lines:\n${readFileSync(running.log, 'utf8').split('\n').slice(-20).join('\n')}`,
      );
    print(`\n${passed} passed, ${failed} failed`);
  } finally {
    if (running && running.server.exitCode === null) {
      const ended = new Promise((done) => running.server.on('close', done));
      running.server.kill('SIGTERM');
      await ended;
    }
    rmSync(scratch, { recursive: true, force: true });
  }
  process.exitCode = failed > 0 ? 1 : 0;
}

await main();
