/**
 * npm run bench -- [--only single,half-rate] [--quick] [--rounds 5] [--seconds 5]
 *
 * Measures Modelgate against a bare Fastify echo, MLServer and the reference app, one part after the other. A full run
 * writes bench/results.md and bench/results.json; one with --only or --quick prints its results and leaves them.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../scripts/ensure-built.mjs';
import { loadGenerator } from './lib/load.mjs';
import { describeMachine } from './lib/machine.mjs';
import { stopAll } from './lib/process.mjs';
import { pythonOf, versionsOf } from './lib/python.mjs';
import { renderReport } from './lib/report.mjs';

const PARTS = [
  'startup',
  'single',
  'rows',
  'half-rate',
  'binary',
  'evaluators',
  'interference',
  'login-flood',
  'audit-scale',
  'soak',
];
const root = dirname(dirname(fileURLToPath(import.meta.url)));

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
  },
});
const chosen = options.only?.split(',') ?? PARTS;
const unknown = chosen.find((part) => !PARTS.includes(part));
if (unknown) throw new Error(`there is no part ${unknown}; there are ${PARTS.join(', ')}`);

const quick = options.quick;
const settings = {
  rounds: Number(options.rounds ?? (quick ? 2 : 5)),
  seconds: Number(options.seconds ?? (quick ? 2 : 5)),
};

ensureBuilt();
// On the disk that a deployment would use: a temporary folder in memory would make commits free.
mkdirSync(join(root, 'var'), { recursive: true });
const work = mkdtempSync(join(root, 'var', 'bench-'));
process.once('SIGINT', () => void cleanUp().then(() => process.exit(130)));
try {
  const results = await runParts();
  const report = renderReport(results);
  if (options.only === undefined && !quick) {
    writeFileSync(join(root, 'bench', 'results.md'), report);
    writeFileSync(join(root, 'bench', 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  }
  process.stdout.write(report);
  if (results.parts.some(({ failed }) => failed)) process.exitCode = 1;
} finally {
  await cleanUp();
}

async function runParts() {
  const machine = describeMachine({ load: loadGenerator, ...pythons() });
  const { prepareDataset } = await import('./lib/dataset.mjs');
  const data = await prepareDataset(root, work);
  const commands = new Set();
  const parts = [];
  for (const name of chosen) {
    console.error(`${new Date().toISOString().slice(11, 19)} ${name}`);
    const { title, run } = await import(`./parts/${name}.mjs`);
    const partWork = join(work, name);
    try {
      parts.push({
        name,
        title,
        ...(await run({ ...settings, ...data, quick, root, commands, work: partWork })),
      });
    } catch (error) {
      console.error(error);
      parts.push({ name, title, failed: error.message });
    } finally {
      for (const { what, value, target } of parts.at(-1)?.verdicts ?? [])
        console.error(`  ${what}: ${value} (${target})`);
      rmSync(partWork, { recursive: true, force: true });
    }
  }
  return { machine, settings, commands: [...new Set([...commands].map(withoutPlaces))], parts };
}

/** Versions of what the Python subjects are made of. */
function pythons() {
  const [reference, mlserver] = [pythonOf(root, 'reference'), pythonOf(root, 'mlserver')];
  return {
    ...(reference && {
      'reference app': versionsOf(reference, ['fastapi', 'uvicorn', 'pandas', 'scikit-learn', 'numpy']),
    }),
    ...(mlserver && {
      MLServer: versionsOf(mlserver, ['mlserver', 'mlserver-sklearn', 'scikit-learn', 'numpy']),
    }),
  };
}

/** A command as one would type it in the project's folder. */
function withoutPlaces(command) {
  return command
    .replaceAll(process.execPath, 'node')
    .replaceAll(work, 'WORK')
    .replaceAll(`${root}/`, '')
    .replaceAll(/WORK\/(?!models)[\w-]+\//g, 'WORK/')
    .replaceAll(/(--port|echo\.mjs) \d+/g, '$1 PORT');
}

async function cleanUp() {
  await stopAll();
  rmSync(work, { recursive: true, force: true });
}
