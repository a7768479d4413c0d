/** Queries and an export on a short and on a long audit trail, in one run. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fillTrail } from '../lib/audit-fill.mjs';
import { residentMiB } from '../lib/process.mjs';
import { median } from '../lib/stats.mjs';
import { atMost, format } from '../lib/verdicts.mjs';
import { withSubjects } from '../subjects/index.mjs';
import { logIn } from '../subjects/modelgate.mjs';

const AUDITOR = { username: 'auditor', password: 'reads the trail all day long' };
const ROUNDS = 15;
const SAMPLE_MS = 50;

/** Frequent and rare values, and some that no record has. */
const FILTERS = [
  '',
  'order=asc',
  'user=user-7',
  'user=nobody',
  'model=diabetes',
  'model=diabetes&version=1',
  'model=diabetes&version=9',
  'kind=prediction',
  'kind=administration',
  'action=user.disable',
  'status=200',
  'status=4xx',
  'status=404',
  'status=422&user=user-7',
  'request_id=request-4242',
  'subject=case-42',
  'client_id=client-3',
  'client_id=none',
  'from=2026-01-01&to=2026-01-02',
  'feature.age=26',
  'feature.age=-1',
  'feature.age=-1&user=user-7',
];

export const title = 'A long audit trail';

export async function run(context) {
  const sizes = { short: 10_000, long: context.quick ? 100_000 : 1_000_000 };
  for (const [name, count] of Object.entries(sizes)) await prepare(context, name, count);
  return withServers(context, async (servers) => {
    const times = await timeFilters(servers);
    const memory = { short: await exportAll(servers.short), long: await exportAll(servers.long) };
    return {
      tables: [tableOf(times, sizes), exportTable(memory, sizes)],
      verdicts: [
        ...times.map(({ filter, short, long }) =>
          atMost(`?${filter}: ${format(sizes.long)} records against ${format(sizes.short)}`, long / short, 3),
        ),
        atMost('resident memory during an export above that before it', riseOf(memory.long), 100, 'MiB'),
      ],
      raw: { times, memory },
    };
  });
}

/** A data directory with an auditor and a trail. */
async function prepare(context, name, count) {
  const model = await withShipped(context, name, async ({ url, headers }) => {
    const answer = await fetch(`${url}/v1/models/diabetes`, { headers });
    const { versions } = await answer.json();
    return { version: Number(versions[0].version), digest: versions[0].digest };
  });
  const dataDir = dataDirOf(context, name);
  execFileSync(
    process.execPath,
    [
      join(context.root, 'bin', 'modelgate.js'),
      'users',
      'add',
      AUDITOR.username,
      '--password-stdin',
      '--role',
      'auditor',
      '--data-dir',
      dataDir,
    ],
    { input: `${AUDITOR.password}\n`, stdio: ['pipe', 'ignore', 'inherit'] },
  );
  await fillTrail(context.root, dataDir, count, model, context.dataset.rows);
}

const workOf = (context, name) => join(context.work, name);
const dataDirOf = (context, name) => join(workOf(context, name), 'shipped', 'data');

const withShipped = (context, name, work) =>
  withSubjects({ ...context, work: workOf(context, name) }, ['shipped'], ({ shipped }) => work(shipped));

const withServers = (context, work) =>
  withShipped(context, 'short', (short) =>
    withShipped(context, 'long', async (long) =>
      work({ short: await asAuditor(short), long: await asAuditor(long) }),
    ),
  );

const asAuditor = async (server) => ({
  ...server,
  headers: { authorization: `Bearer ${await logIn(server.url, AUDITOR)}` },
});

/** Each filter on both trails in turn, once to warm up. */
async function timeFilters(servers) {
  const times = [];
  for (const filter of FILTERS) {
    const taken = { short: [], long: [] };
    for (let round = 0; round <= ROUNDS; round++)
      for (const name of ['short', 'long']) {
        const started = performance.now();
        await query(servers[name], filter);
        if (round > 0) taken[name].push(performance.now() - started);
      }
    times.push({ filter, short: median(taken.short), long: median(taken.long) });
  }
  return times;
}

async function query({ url, headers }, filter) {
  const answer = await fetch(`${url}/v1/audit?${filter}`, { headers });
  if (answer.status !== 200) throw new Error(`${filter}: ${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
}

/** The memory of a server, warmed up by the queries, while it exports everything, compressed as fetch asks for it. */
async function exportAll({ url, headers, pid }) {
  const beforeMiB = residentMiB(pid);
  let peakMiB = beforeMiB;
  const sampler = setInterval(() => (peakMiB = Math.max(peakMiB, residentMiB(pid))), SAMPLE_MS);
  let bytes = 0;
  const started = performance.now();
  try {
    const answer = await fetch(`${url}/v1/audit/export?format=ndjson`, { headers });
    for await (const chunk of answer.body) bytes += chunk.length;
  } finally {
    clearInterval(sampler);
  }
  return { beforeMiB, peakMiB, bytes, seconds: (performance.now() - started) / 1000 };
}

function tableOf(times, sizes) {
  return {
    title: `median of ${ROUNDS} pages of GET /v1/audit, ms`,
    columns: ['filter', `${format(sizes.short)} records`, `${format(sizes.long)} records`, 'ratio'],
    rows: times.map(({ filter, short, long }) => [
      filter || '(none)',
      format(short),
      format(long),
      format(long / short),
    ]),
  };
}

const riseOf = ({ beforeMiB, peakMiB }) => peakMiB - beforeMiB;

function exportTable(memory, sizes) {
  const row = (what, valueOf) => [what, ...Object.keys(sizes).map((name) => format(valueOf(name)))];
  return {
    title: 'an export of everything as NDJSON',
    columns: ['', ...Object.values(sizes).map((count) => `${format(count)} records`)],
    rows: [
      row('MiB written', (name) => memory[name].bytes / 2 ** 20),
      row('seconds', (name) => memory[name].seconds),
      row('records/s', (name) => sizes[name] / memory[name].seconds),
      row('resident before, MiB', (name) => memory[name].beforeMiB),
      row('largest resident above that, MiB', (name) => riseOf(memory[name])),
    ],
  };
}
