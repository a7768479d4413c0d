/** Single predictions of one model while another one works through a million rows. */
import { setTimeout as sleep } from 'node:timers/promises';
import { jobOf } from '../lib/jobs.mjs';
import { pacedLoad } from '../lib/paced.mjs';
import { checkedRequest, regression, v2Binary } from '../lib/requests.mjs';
import { interleaved } from '../lib/rounds.mjs';
import { medianRatio, medians } from '../lib/stats.mjs';
import { atMost, format, notMeasured } from '../lib/verdicts.mjs';
import { withSubjects } from '../subjects/index.mjs';

/** Singles a second: light, so that what is seen is the other model's work and not their own queue. */
const RATE = 500;
const HEAVY = 'forest';
/** Pause before each measurement: SQLite needs a second or two to store the 64 MB bodies of the previous one. */
const REST_MS = 4000;
const JOB_TARGET = 'p99 of single predictions during a job of 1,000,000 rows against its quiet value';

export const title = 'Single predictions beside a million rows';

export function run(context) {
  if (!context.fitted) return { skipped: 'there is no scikit-learn pickle without Python' };
  return withSubjects(context, ['modelgate'], async ({ modelgate }) => {
    const { dataset, rounds, seconds, quick } = context;
    const labels = dataset.answers['finalized_model.sav'];
    const single = await checkedRequest(modelgate, regression, dataset.rows.slice(0, 1), labels.slice(0, 1));
    const rows = manyRows(dataset.rows, quick ? 100_000 : 1_000_000);
    const measure = (beside) => async (warmUp) => {
      await sleep(REST_MS);
      return besides(beside, () => pacedLoad(single, { rate: RATE, seconds: warmUp ? 1 : seconds * 2 }));
    };
    const job = await jobOf(modelgate, HEAVY, rows);
    const results = await interleaved(
      {
        quiet: measure(undefined),
        request: measure(requestOf(modelgate, rows)),
        ...(job && { job: measure(job) }),
      },
      rounds,
    );
    return { tables: [tableOf(results, rows.length)], verdicts: verdictsOf(results), raw: results };
  });
}

const manyRows = (rows, count) => Array.from({ length: count }, (_, i) => rows[i % rows.length]);

/** Runs `work` while `heavy` runs, again and again, from before it to after it. */
async function besides(heavy, work) {
  if (!heavy) return work();
  let isOver = false;
  let finished = 0;
  const started = performance.now();
  const beside = (async () => {
    for (; !isOver; finished++) await heavy();
  })();
  const figures = await Promise.race([work(), beside.then(() => new Promise(() => undefined))]);
  isOver = true;
  await beside;
  return { ...figures, heavySeconds: (performance.now() - started) / 1000 / finished };
}

/** One V2 request of all the rows. */
function requestOf(modelgate, rows) {
  const { path, headers, body } = v2Binary(rows, { ...modelgate, model: HEAVY });
  return async () => {
    const request = { method: 'POST', headers: { ...headers, ...modelgate.headers }, body };
    const response = await fetch(`${modelgate.url}${path}`, request);
    const answer = await response.arrayBuffer();
    if (response.status !== 200)
      throw new Error(`${path}: ${response.status} ${Buffer.from(answer).toString().slice(0, 300)}`);
  };
}

function tableOf(results, rows) {
  const names = {
    quiet: 'quiet',
    request: `one V2 binary request of ${format(rows)} rows`,
    job: `a CSV job of ${format(rows)} rows`,
  };
  return {
    title: `${RATE} single predictions/s (open loop, logistic regression) while a random forest of 100 trees answers …`,
    columns: ['', 'median ms', 'p99 ms', 'max ms', 'seconds a request or job'],
    rows: Object.entries(results).map(([name, rounds]) => {
      const { p50, p99, max, heavySeconds } = medians(rounds);
      return [
        names[name],
        format(p50),
        format(p99),
        format(max),
        heavySeconds === undefined ? '' : format(heavySeconds),
      ];
    }),
  };
}

function verdictsOf(results) {
  const against = (name) => medianRatio(results[name], results.quiet, 'p99');
  return [
    results.job
      ? atMost(JOB_TARGET, against('job'), 3)
      : notMeasured(JOB_TARGET, '≤ 3 ×', 'the server has no jobs'),
    atMost(
      'p99 of single predictions during one request of 1,000,000 rows against its quiet value',
      against('request'),
      3,
    ),
  ];
}
