/**
 * node scripts/with-postgres.mjs COMMAND [ARG…]
 *
 * Runs a command with DATABASE_URL naming a PostgreSQL server of its own: a new cluster in a temporary folder, on a free
 * port of the loopback address, stopped and removed afterwards. Needs PostgreSQL's programs (Debian: `postgresql`).
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const programs = findPrograms();
const identity = postgresIdentity();
const dir = mkdtempSync(join(tmpdir(), 'modelgate-postgres-'));
if (identity) chownSync(dir, identity.uid, identity.gid);

const password = randomBytes(12).toString('hex');
const port = await freePort();
const data = join(dir, 'data');
try {
  const passwordFile = join(dir, 'password');
  writeFileSync(passwordFile, password, { mode: 0o644 });
  run('initdb', [
    '-D',
    data,
    '-U',
    'modelgate',
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
    '-E',
    'UTF8',
    '--no-sync',
  ]);
  const settings = [
    `-p ${port}`,
    '-c listen_addresses=127.0.0.1',
    `-c unix_socket_directories=${dir}`,
    '-c max_connections=400',
  ];
  run('pg_ctl', ['-D', data, '-w', '-l', join(dir, 'log'), '-o', settings.join(' '), 'start']);
  process.exitCode = await runCommand();
} finally {
  spawnSync(join(programs, 'pg_ctl'), ['-D', data, '-m', 'immediate', '-w', 'stop'], {
    ...identity,
    cwd: dir,
  });
  rmSync(dir, { recursive: true, force: true });
}

function run(program, args) {
  execFileSync(join(programs, program), args, {
    ...identity,
    cwd: dir,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** @returns {Promise<number>} the command's exit code */
function runCommand() {
  const [command, ...args] = process.argv.slice(2);
  const DATABASE_URL = `postgres://modelgate:${password}@127.0.0.1:${port}/postgres`;
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, DATABASE_URL } });
  // The terminal sends its signals to the child as well; this process is to clean up after it.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.on('error', (error) => {
      process.stderr.write(`${error.message}\n`);
      resolve(127);
    });
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

/** The folder of `initdb` and `pg_ctl`: on the path, or where Debian keeps its newest version. */
function findPrograms() {
  const onPath = (process.env.PATH ?? '').split(':').find((folder) => existsSync(join(folder, 'initdb')));
  if (onPath) return onPath;
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions
    .map((version) => join(root, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'initdb')));
  if (found) return found;
  process.stderr.write('PostgreSQL is not installed (Debian: apt-get install postgresql)\n');
  process.exit(1);
}

/** PostgreSQL refuses to run as root; Debian's package makes a user for it. */
function postgresIdentity() {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port: free } = server.address();
      server.close(() => resolve(free));
    });
  });
}
