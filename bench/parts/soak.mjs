/** A long run of single predictions, every answer compared with the evaluator's, and the memory that it leaves. */
import { join } from 'node:path';
import { Connection, encodeRequest } from '../lib/connection.mjs';
import { labelsOf, loadModelFile, loadPackage } from '../lib/evaluator.mjs';
import { residentMiB } from '../lib/process.mjs';
import { median } from '../lib/stats.mjs';
import { atMost, format } from '../lib/verdicts.mjs';
import { regression } from '../lib/requests.mjs';
import { withSubjects } from '../subjects/index.mjs';

const CONNECTIONS = 32;
const SAMPLE_MS = 500;
/** Samples whose median is the memory at a moment: garbage collection moves single ones. */
const SAMPLES = 10;

export const title = 'A long run';

export function run(context) {
  const name = context.fitted ? 'modelgate' : 'shipped';
  const count = context.quick ? 20_000 : 1_000_000;
  return withSubjects(context, [name], async ({ [name]: modelgate }) => {
    const { rows } = context.dataset;
    const expected = await labelsOf(await evaluatorOf(context), rows);
    const seen = await predictAll(modelgate, rows, expected, count);
    const growth = (seen.endMiB / seen.earlyMiB - 1) * 100;
    return {
      tables: [tableOf(seen, count)],
      verdicts: [
        atMost(
          `${format(count)} predictions: memory at the end above that after the first tenth`,
          growth,
          10,
          '%',
        ),
        atMost("answers that differ from the evaluator's", seen.wrong, 0, `of ${format(count)}`),
      ],
      raw: seen,
    };
  });
}

const evaluatorOf = ({ root, fitted }) =>
  fitted
    ? loadModelFile(join(fitted, 'finalized_model.sav'))
    : loadPackage(join(root, 'models', 'diabetes', '1'));

async function predictAll(modelgate, rows, expected, count) {
  const requests = rows.map((row) => {
    const { path, headers, body } = regression([row]);
    return encodeRequest({ path, headers: { ...headers, ...modelgate.headers }, body });
  });
  const progress = { sent: 0, answered: 0, wrong: 0 };
  const memory = [];
  const sampler = setInterval(
    () => memory.push({ answered: progress.answered, mib: residentMiB(modelgate.pid) }),
    SAMPLE_MS,
  );
  const started = performance.now();
  try {
    const port = Number(new URL(modelgate.url).port);
    const lanes = Array.from({ length: CONNECTIONS }, () => lane(port, requests, expected, count, progress));
    await Promise.all(lanes);
  } finally {
    clearInterval(sampler);
  }
  const seconds = (performance.now() - started) / 1000;
  memory.push({ answered: progress.answered, mib: residentMiB(modelgate.pid) });
  const after = memory.findIndex(({ answered }) => answered >= count / 10);
  return {
    wrong: progress.wrong,
    rps: count / seconds,
    earlyMiB: middle(memory.slice(after, after + SAMPLES)),
    endMiB: middle(memory.slice(-SAMPLES)),
    memory,
  };
}

const middle = (samples) => median(samples.map(({ mib }) => mib));

/** One connection, request after request, until all are sent. */
async function lane(port, requests, expected, count, progress) {
  const connection = await Connection.open(port);
  await new Promise((resolve, reject) => {
    const next = () => {
      if (progress.sent === count) return resolve();
      const i = progress.sent++ % requests.length;
      connection.send(requests[i], (error, { status, body } = {}) => {
        if (error) return reject(error);
        if (status !== 200 || JSON.parse(body).Output !== expected[i]) progress.wrong++;
        progress.answered++;
        next();
      });
    };
    next();
  });
  connection.close();
}

function tableOf({ rps, earlyMiB, endMiB, wrong }, count) {
  return {
    title: `${format(count)} predictions on /regression in a row, ${CONNECTIONS} connections, ${format(rps)}/s with each answer compared`,
    columns: ['', ''],
    rows: [
      [`resident after the first ${format(count / 10)}, MiB`, format(earlyMiB)],
      ['resident at the end, MiB', format(endMiB)],
      ["answers that differ from the evaluator's", String(wrong)],
    ],
  };
}
