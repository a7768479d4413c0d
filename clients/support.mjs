/** What the runs of clients share: commands, a server on a data directory of its own, scripts that print ok and FAIL. */
import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = resolve(fileURLToPath(import.meta.url), '../..');
export const fixtures = join(root, 'test/fixtures');

export const print = (line) => process.stdout.write(`${line}\n`);

export function run(command, args, options = {}) {
  const { status, error, stderr } = spawnSync(command, args, {
    stdio: ['pipe', 'inherit', 'inherit'],
    ...options,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')} ended with ${status}\n${stderr ?? ''}`);
}

/** A Python environment with the newest of these packages. @returns its interpreter */
export function pythonWith(name, packages) {
  const venv = join(root, '.venvs', name);
  const python = join(venv, 'bin/python');
  if (!existsSync(python)) run(process.env.PYTHON ?? 'python3', ['-m', 'venv', venv]);
  run(python, ['-m', 'pip', 'install', '--quiet', '--upgrade', '--disable-pip-version-check', ...packages]);
  return python;
}

export function modelgate(args, options) {
  run(process.execPath, [join(root, 'bin/modelgate.js'), ...args], { cwd: root, ...options });
}

export async function startServer(dataDir, scratch) {
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

/** Stops a server and waits until it has ended. */
export async function stopServer({ server }) {
  if (server.exitCode !== null) return;
  const ended = new Promise((done) => server.on('close', done));
  server.kill('SIGTERM');
  await ended;
}

/** Prints the lines of a script, and counts those that begin with ok and FAIL. A script that dies is a failure, too. */
export async function runScript(name, command, args, env) {
  print(`\n${name}`);
  const child = spawn(command, args, { env: { ...process.env, ...env } });
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
    print(`  FAIL ${name} ended with ${code}\n${errors}`);
  }
  return counts;
}
