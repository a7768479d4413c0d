/**
 * npm run crash -- [--kills 50] [--clients 16] [--large-clients 1] [--workers 1]
 *
 * Kills a server with SIGKILL under load again and again. After each kill the trail must verify, and every prediction
 * that a client was answered must be on record, once, with the answer it got. Runs on the database that DATABASE_URL
 * names, which must be empty, else on a new SQLite file: `node scripts/with-postgres.mjs npm run crash -- --kills 20`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    clients: { type: 'string', default: '16' },
    'large-clients': { type: 'string', default: '1' },
    workers: { type: 'string', default: '1' },
  },
});
const kills = Number(options.kills);
const clients = Number(options.clients);
const largeClients = Number(options['large-clients']);
/** Of one call: a request of more bytes than a frame of the journal takes. */
const LARGE_ROWS = 20_000;

const program = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'bin', 'modelgate.js');
const dir = mkdtempSync(join(tmpdir(), 'modelgate-crash-'));
const env = { ...process.env, MODELGATE_DATA_DIR: join(dir, 'data'), MODELGATE_RATE_LIMIT: '0' };

let answered = 0;
try {
  for (let kill = 1; kill <= kills; kill++) {
    const since = new Date(Date.now() - 1).toISOString();
    const answers = await loadUntilKilled(kill);
    const verdict = modelgate('audit', 'verify');
    compare(answers, modelgate('log', 'export', '--format', 'ndjson', '--from', since));
    answered += answers.length;
    process.stdout.write(
      `kill ${kill}: ${answers.length} answers, all on record; ${verdict.trim().split('\n').join('; ')}\n`,
    );
  }
  process.stdout.write(`${kills} kills, ${answered} answered predictions, none missing\n`);
} finally {
  rmSync(dir, { recursive: true, force: true });
}

/** @returns what the clients were answered until the server was gone */
async function loadUntilKilled(kill) {
  const portFile = join(dir, `port-${kill}`);
  const server = spawn(
    process.execPath,
    [
      program,
      'serve',
      '--port',
      '0',
      '--port-file',
      portFile,
      ...(options.workers === '1' ? [] : ['--workers', options.workers]),
    ],
    { env, stdio: ['ignore', 'ignore', 'inherit'], detached: true },
  );
  const gone = new Promise((resolve) => server.once('exit', resolve));
  while (!existsSync(portFile) || readFileSync(portFile, 'utf8') === '') {
    if (server.exitCode !== null) throw new Error('the server did not start');
    await sleep(20);
  }
  const url = `http://127.0.0.1:${JSON.parse(readFileSync(portFile, 'utf8')).http}`;
  const form = new URLSearchParams({ username: 'trialuser', password: 'trialpass123' });
  const login = await fetch(`${url}/token`, { method: 'POST', body: form });
  if (!login.ok) throw new Error(`the login got ${login.status}`);
  const { access_token: token } = await login.json();
  const answers = [];
  const running = Array.from({ length: clients + largeClients }, (_, client) =>
    predictUntilGone(url, token, `${kill}-${client}`, client < clients ? singleRow : manyRows, answers),
  );
  await sleep(200 + Math.random() * 800);
  // The group, so that workers go with their primary.
  process.kill(-Number(server.pid), 'SIGKILL');
  await gone;
  await Promise.all(running);
  return answers;
}

async function predictUntilGone(url, token, name, callOf, answers) {
  for (let call = 0; ; call++) {
    const requestId = `${name}-${call}`;
    const { path, headers, body } = callOf(call);
    let response;
    try {
      const answer = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'x-request-id': requestId, ...headers },
        body,
      });
      response = Buffer.from(await answer.arrayBuffer());
      if (answer.status !== 200) throw new Error(`a prediction got ${answer.status}: ${response}`);
    } catch (error) {
      if (error instanceof TypeError) return;
      throw error;
    }
    answers.push({ requestId, request: recorded(body, body), response: recorded(body, response) });
  }
}

function singleRow(call) {
  return {
    path: '/regression',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([call % 16, 102, 44, 20, 94, 30.8, 0.4, 26]),
  };
}

function manyRows(call) {
  const values = Float64Array.from({ length: LARGE_ROWS * 8 }, (_, i) => (i * 7 + call) % 100);
  const parameters = { binary_data_size: values.byteLength };
  const inputs = [{ name: 'x', datatype: 'FP64', shape: [LARGE_ROWS, 8], parameters }];
  const head = Buffer.from(JSON.stringify({ inputs, parameters: { binary_data_output: true } }));
  return {
    path: '/v2/models/diabetes/infer',
    headers: { 'inference-header-content-length': String(head.length) },
    body: Buffer.concat([head, Buffer.from(values.buffer)]),
  };
}

/** What of a call the trail exports: text, or bytes where the request had some. */
function recorded(request, body) {
  return typeof request === 'string' ? String(body) : JSON.stringify({ binary: body.toString('base64') });
}

function compare(answers, exported) {
  const recorded = new Map();
  for (const line of exported.split('\n').filter(Boolean)) {
    const record = JSON.parse(line);
    if (record.kind !== 'prediction') continue;
    if (recorded.has(record.request_id)) throw new Error(`${record.request_id} is on record twice`);
    recorded.set(record.request_id, record);
  }
  for (const { requestId, request, response } of answers) {
    const record = recorded.get(requestId);
    if (!record) throw new Error(`${requestId} was answered and is not on record`);
    if (record.request !== request || record.response !== response)
      throw new Error(`${requestId} is on record with other content`);
  }
}

function modelgate(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`modelgate ${args.join(' ')} exited with ${status}: ${stdout}${stderr}`);
  return stdout;
}
