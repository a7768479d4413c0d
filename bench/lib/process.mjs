/** Server processes under test: started on free ports, watched, stopped, their memory read. */
import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const START_SECONDS = 120;
const STOP_SECONDS = 15;

/** All that is running, so that an interrupted bench leaves nothing behind. */
const running = new Set();

export async function stopAll() {
  await Promise.all([...running].map((server) => server.stop()));
}

/** A port that was free a moment ago. */
export async function freePort() {
  const probe = createServer();
  await new Promise((resolve, reject) => probe.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/**
 * Starts a server and waits until `ready` returns its base address.
 * @param ready polled; returns undefined as long as it is not
 * @throws Error with the end of the server's own output when it ends or is not ready in time
 */
export async function startServer({ command, args, env, cwd, log, ready }) {
  mkdirSync(dirname(log), { recursive: true });
  const out = openSync(log, 'a');
  const started = performance.now();
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', out, out], detached: true });
  const ended = new Promise((resolve) => child.once('close', resolve).once('error', resolve));
  let isOver = false;
  void ended.then(() => (isOver = true));
  const server = { pid: child.pid, command: [command, ...args], stop: () => stop(child, ended, server) };
  running.add(server);
  while (performance.now() - started < START_SECONDS * 1000) {
    const url = isOver ? undefined : await ready();
    if (url) return Object.assign(server, { url, readyMs: performance.now() - started });
    if (isOver) break;
    await sleep(5);
  }
  await server.stop();
  throw new Error(
    `${[command, ...args].join(' ')} did not start:\n${readFileSync(log, 'utf8').slice(-2000)}`,
  );
}

async function stop(child, ended, server) {
  signalGroup(child.pid, 'SIGTERM');
  const late = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), STOP_SECONDS * 1000);
  await ended;
  clearTimeout(late);
  running.delete(server);
}

/** The process and the workers that it started. */
function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Resident MiB of a process and all its descendants (Linux). */
export function residentMiB(pid) {
  return descendants(pid).reduce((sum, each) => sum + statusKiB(each), 0) / 1024;
}

function statusKiB(pid) {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function descendants(root) {
  const children = new Map();
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const parent = parentOf(entry);
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

function parentOf(pid) {
  try {
    // The command's name, in parentheses, may hold spaces.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')[1]);
  } catch {
    return undefined;
  }
}
