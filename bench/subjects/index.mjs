/** Everything that is measured. Each starter returns {url, headers, pid, command, stop, …} or undefined where it cannot run. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, startServer } from '../lib/process.mjs';
import { startMlserver } from './mlserver.mjs';
import { startPickles, startShipped, startWorkers } from './modelgate.mjs';
import { startReference } from './reference.mjs';

const STARTERS = {
  echo: startEcho,
  modelgate: startPickles,
  workers: startWorkers,
  shipped: startShipped,
  mlserver: startMlserver,
  reference: startReference,
};

const COMPETITORS = new Set(['mlserver', 'reference']);

/**
 * Starts subjects, runs `work` with those that could be started, by name, and stops them.
 * @param names of echo, modelgate, workers, shipped, mlserver, reference
 */
export async function withSubjects(context, names, work) {
  const subjects = {};
  try {
    for (const name of names) {
      const dir = join(context.work, name);
      mkdirSync(dir, { recursive: true });
      const subject = await startOrSkip(name, { ...context, dir });
      if (!subject) continue;
      subjects[name] = subject;
      context.commands.add(subject.command.join(' '));
    }
    return await work(subjects);
  } finally {
    await Promise.all(Object.values(subjects).map((subject) => subject.stop()));
  }
}

/** A competitor that does not start on this machine is reported as not measured; our own failure to start is an error. */
async function startOrSkip(name, context) {
  try {
    return await STARTERS[name](context);
  } catch (error) {
    if (!COMPETITORS.has(name)) throw error;
    console.error(`skipped ${name}: ${error.message}`);
    return undefined;
  }
}

async function startEcho({ root, dir }) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = await startServer({
    command: process.execPath,
    args: [join(root, 'bench', 'subjects', 'echo.mjs'), String(port)],
    log: join(dir, 'log'),
    ready: () =>
      fetch(url).then(
        () => url,
        () => undefined,
      ),
  });
  return { ...server, headers: {} };
}
