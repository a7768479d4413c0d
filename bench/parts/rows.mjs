/** Many rows a call: rows a second by protocol, against MLServer. */
import { load, loadCommand } from '../lib/load.mjs';
import { checkedRequest, v1, v2, v2Binary } from '../lib/requests.mjs';
import { interleaved } from '../lib/rounds.mjs';
import { median, medianRatio, medians } from '../lib/stats.mjs';
import { atLeast, format, notMeasured } from '../lib/verdicts.mjs';
import { withSubjects } from '../subjects/index.mjs';

const SIZES = [1, 100, 1_000, 10_000];
/** Enough to keep the server busy; more would only queue bodies. */
const CONNECTIONS = 8;
const PROTOCOLS = { V1: v1, 'V2 JSON': v2, 'V2 binary': v2Binary };
const MLSERVER = 'MLServer V2 JSON';
const TARGET = 'V2 JSON, 1,000 rows a call: rows/s against MLServer';

export const title = 'Rows a call';

export function run(context) {
  if (!context.fitted) return { skipped: 'there is no scikit-learn pickle without Python' };
  return withSubjects(context, ['modelgate', 'shipped', 'mlserver'], async (subjects) => {
    const results = {};
    context.commands.add(loadCommand(CONNECTIONS, context.seconds));
    for (const size of SIZES) results[size] = await measure(context, subjects, size);
    return { tables: [tableOf(results)], verdicts: [verdictOf(results[1_000])], raw: results };
  });
}

async function measure({ dataset, shippedLabels, rounds, seconds }, { modelgate, shipped, mlserver }, size) {
  const rows = dataset.rows.slice(0, size);
  const expected = dataset.answers['finalized_model.sav'].slice(0, size);
  const requests = {};
  for (const [name, protocol] of Object.entries(PROTOCOLS))
    requests[`Modelgate ${name}`] = await checkedRequest(modelgate, protocol, rows, expected);
  requests['Modelgate V2 JSON, shipped model'] = await checkedRequest(
    shipped,
    v2,
    rows,
    shippedLabels.slice(0, size),
  );
  if (mlserver) requests[MLSERVER] = await checkedRequest(mlserver, v2, rows, expected);
  const runs = Object.entries(requests).map(([name, request]) => [
    name,
    async (warmUp) => {
      const figures = await load(request, {
        connections: CONNECTIONS,
        seconds: long(warmUp ? 1 : seconds, size),
      });
      return { ...figures, rowsPerSecond: figures.rps * size };
    },
  ]);
  return interleaved(Object.fromEntries(runs), rounds);
}

/** Large calls need some seconds before enough of them are done. */
const long = (seconds, size) => Math.max(seconds, Math.ceil(size / 3_000));

function tableOf(results) {
  const names = Object.keys(results[SIZES[0]]);
  return {
    title: `rows/s (and median ms a call), ${CONNECTIONS} connections`,
    columns: ['', ...SIZES.map((size) => `${format(size)} row${size === 1 ? '' : 's'}`)],
    rows: names.map((name) => [
      name,
      ...SIZES.map((size) => {
        const rounds = results[size][name];
        return `${format(median(rounds.map((round) => round.rowsPerSecond)))} (${format(medians(rounds).p50)})`;
      }),
    ]),
  };
}

function verdictOf(results) {
  if (!results[MLSERVER]) return notMeasured(TARGET, '≥ 2 ×', 'not available here');
  return atLeast(TARGET, medianRatio(results['Modelgate V2 JSON'], results[MLSERVER], 'rowsPerSecond'), 2);
}
