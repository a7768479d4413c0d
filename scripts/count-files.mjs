/**
 * Counts the source files and functions that one warm V2 JSON prediction enters, by V8's precise coverage of the
 * compiled program: `node scripts/count-files.mjs` after `npm run build`. Prints the files.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const dist = fileURLToPath(new URL('../dist/src/', import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), 'modelgate-count-'));
const portFile = join(dataDir, 'ports.json');
process.env.MODELGATE_DATA_DIR = dataDir;
process.env.MODELGATE_LOG_LEVEL = 'error';
process.argv = [process.argv[0], join(dist, 'cli.js'), 'serve', '--port', '0', '--port-file', portFile];
process.on('exit', () => rmSync(dataDir, { recursive: true, force: true }));
await import(pathToFileURL(join(dist, 'cli.js')).href);

const url = `http://127.0.0.1:${(await ports()).http}`;
const token = await login();
const body = JSON.stringify({
  inputs: [{ name: 'features', shape: [1, 8], datatype: 'FP64', data: [3, 102, 44, 20, 94, 30.8, 0.4, 26] }],
});
for (let i = 0; i < 20; i++) await predict();
await sleep(1000);

const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
await session.post('Profiler.takePreciseCoverage');
await predict();
const { result } = await session.post('Profiler.takePreciseCoverage');
const entered = result
  .filter(({ url: script }) => script.startsWith(pathToFileURL(dist).href))
  .map(({ url: script, functions }) => ({
    file: relative(dist, fileURLToPath(script)),
    functions: functions.filter(({ ranges, functionName }) => ranges[0].count > 0 && functionName !== '')
      .length,
  }))
  .filter(({ functions }) => functions > 0);
for (const { file, functions } of entered) console.log(String(functions).padStart(4), file);
const total = entered.reduce((sum, { functions }) => sum + functions, 0);
console.log(`${entered.length} files, ${total} functions`);
process.exit(0);

async function ports() {
  for (;;) {
    try {
      return JSON.parse(readFileSync(portFile, 'utf8'));
    } catch {
      await sleep(50);
    }
  }
}

async function login() {
  const form = new URLSearchParams({ username: 'trialuser', password: 'trialpass123' });
  const response = await fetch(`${url}/token`, { method: 'POST', body: form });
  return (await response.json()).access_token;
}

async function predict() {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(`${url}/v2/models/diabetes/infer`, { method: 'POST', headers, body });
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  await response.text();
}
