/** Time from start to ready, and resident memory. */
import { setTimeout as sleep } from 'node:timers/promises';
import { load } from '../lib/load.mjs';
import { residentMiB } from '../lib/process.mjs';
import { checkedRequest, regression, v2 } from '../lib/requests.mjs';
import { interleaved } from '../lib/rounds.mjs';
import { medianRatio, medians } from '../lib/stats.mjs';
import { atMost, format, notMeasured } from '../lib/verdicts.mjs';
import { withSubjects } from '../subjects/index.mjs';

const NAMES = {
  modelgate: 'Modelgate, scikit-learn pickle',
  shipped: 'Modelgate, shipped model',
  reference: 'reference app',
  mlserver: 'MLServer',
};
const SETTLE_MS = 2_000;

export const title = 'Start and memory';

export async function run(context) {
  const results = await interleaved(
    Object.fromEntries(Object.keys(NAMES).map((name) => [name, () => startOnce(context, name)])),
    context.rounds,
  );
  for (const name of Object.keys(NAMES)) if (results[name].includes(undefined)) delete results[name];
  return { tables: [tableOf(results)], verdicts: verdictsOf(results), raw: results };
}

/**
 * The warm-up round makes the data directory; those that count find it, as a restart does. The time to the first
 * prediction leaves out the login.
 */
function startOnce(context, name) {
  const pickles = ['finalized_model.sav'];
  return withSubjects({ ...context, pickles }, [name], async ({ [name]: subject }) => {
    if (!subject) return undefined;
    const { readyMs, pid } = subject;
    const rows = context.dataset.rows.slice(0, 1);
    const labels =
      name === 'shipped' ? context.shippedLabels : context.dataset.answers['finalized_model.sav'];
    const protocol = name === 'mlserver' ? v2 : regression;
    const asked = performance.now();
    const request = await checkedRequest(subject, protocol, rows, labels.slice(0, 1));
    const predictedMs = readyMs + performance.now() - asked;
    await sleep(SETTLE_MS);
    const idleMiB = residentMiB(pid);
    await load(request, { connections: 32, seconds: context.seconds });
    return { readyMs, predictedMs, idleMiB, loadedMiB: residentMiB(pid) };
  });
}

function tableOf(results) {
  return {
    title:
      'restart on an existing data directory. The reference app opens its port before it has read its model, ' +
      'so what compares is the first answered prediction',
    columns: [
      '',
      'port open, ms',
      'first prediction, ms',
      'resident after it, MiB',
      'resident after load, MiB',
    ],
    rows: Object.entries(results).map(([name, rounds]) => {
      const { readyMs, predictedMs, idleMiB, loadedMiB } = medians(rounds);
      return [NAMES[name], ...[readyMs, predictedMs, idleMiB, loadedMiB].map(format)];
    }),
  };
}

function verdictsOf({ modelgate, shipped, reference }) {
  const ours = modelgate ?? shipped;
  const against = (what, figure) => {
    const line = `${what} against the reference app's`;
    return reference
      ? atMost(line, medianRatio(ours, reference, figure), 1)
      : notMeasured(line, '≤ 1 ×', 'not available here');
  };
  return [
    against('time from start to the first prediction', 'predictedMs'),
    against('resident memory after the first prediction', 'idleMiB'),
  ];
}
