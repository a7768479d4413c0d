/** Single predictions: how much of the bare echo's throughput is left with everything on. */
import { load, loadCommand } from '../lib/load.mjs';
import { checkedRequest, regression, v1, v2, v2Binary } from '../lib/requests.mjs';
import { interleaved } from '../lib/rounds.mjs';
import { medianRatio, medians } from '../lib/stats.mjs';
import { atLeast, atMost, format, notMeasured } from '../lib/verdicts.mjs';
import { withSubjects } from '../subjects/index.mjs';

const CONNECTIONS = [1, 32, 256];

export const title = 'Single predictions';

export function run(context) {
  const names = ['echo', 'modelgate', 'workers', 'shipped', 'mlserver', 'reference'];
  return withSubjects(context, names, async (subjects) => {
    const requests = await requestsOf(context, subjects);
    const results = {};
    for (const connections of CONNECTIONS) {
      const counted = connections === 32 ? requests : withoutProtocols(requests);
      context.commands.add(loadCommand(connections, context.seconds));
      results[connections] = await measure(context, counted, connections);
    }
    return {
      tables: CONNECTIONS.map((connections) => tableOf(connections, results[connections])),
      verdicts: verdictsOf(results[32], requests),
      raw: results,
    };
  });
}

/** What is sent to whom, by the name it has in the report. */
async function requestsOf(
  { dataset, shippedLabels },
  { echo, modelgate, workers, shipped, mlserver, reference },
) {
  const [row] = dataset.rows;
  const expected = dataset.answers?.['finalized_model.sav'].slice(0, 1);
  const requests = { [ECHO]: echoOf(echo, row) };
  if (modelgate) requests[MODELGATE] = await checkedRequest(modelgate, regression, [row], expected);
  if (workers) requests[WORKERS] = await checkedRequest(workers, regression, [row], expected);
  requests[SHIPPED] = await checkedRequest(shipped, regression, [row], shippedLabels.slice(0, 1));
  if (mlserver) requests[MLSERVER] = await checkedRequest(mlserver, v2, [row], expected);
  if (reference) requests[REFERENCE] = await checkedRequest(reference, regression, [row], expected);
  if (!modelgate) return requests;
  for (const [name, protocol] of Object.entries({ V1: v1, 'V2 JSON': v2, 'V2 binary': v2Binary }))
    requests[`${PROTOCOL}${name}`] = await checkedRequest(modelgate, protocol, [row], expected);
  return requests;
}

const ECHO = 'bare Fastify echo';
const MODELGATE = 'Modelgate /regression, scikit-learn pickle';
const WORKERS = 'Modelgate /regression, scikit-learn pickle, --workers 2';
const SHIPPED = 'Modelgate /regression, shipped model';
const MLSERVER = 'MLServer V2 JSON';
const REFERENCE = 'reference app /regression';
const PROTOCOL = 'Modelgate ';

export const echoOf = (echo, row) => ({
  url: `${echo.url}/echo`,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(row),
});

const withoutProtocols = (requests) =>
  Object.fromEntries(Object.entries(requests).filter(([name]) => !/ V1$|^Modelgate V2/.test(name)));

function measure({ rounds, seconds }, requests, connections) {
  const runs = Object.entries(requests).map(([name, request]) => [
    name,
    (warmUp) => load(request, { connections, seconds: warmUp ? Math.min(2, seconds) : seconds }),
  ]);
  return interleaved(Object.fromEntries(runs), rounds);
}

function tableOf(connections, results) {
  return {
    title: `${connections} connection${connections === 1 ? '' : 's'}`,
    columns: ['', 'requests/s', 'of the echo', 'median ms', 'p99 ms'],
    rows: Object.entries(results).map(([name, rounds]) => {
      const { rps, p50, p99 } = medians(rounds);
      return [name, format(rps), format(medianRatio(rounds, results[ECHO], 'rps')), format(p50), format(p99)];
    }),
  };
}

function verdictsOf(results, requests) {
  // On two cores: the better of one process and two is what a user would run.
  const rps = (name) => medians(results[name]).rps;
  const best = () => (rps(WORKERS) > rps(MODELGATE) ? WORKERS : MODELGATE);
  const main = requests[MODELGATE] ? best() : SHIPPED;
  const against = (other, figure) => medianRatio(results[main], results[other], figure);
  const versus = (name, other, target) =>
    results[other]
      ? atLeast(
          `single prediction, 32 connections: throughput against ${name}`,
          against(other, 'rps'),
          target,
        )
      : notMeasured(
          `single prediction, 32 connections: throughput against ${name}`,
          `≥ ${target} ×`,
          'not available here',
        );
  return [
    versus('the bare echo', ECHO, 0.7),
    versus('the reference app', REFERENCE, 25),
    versus('MLServer', MLSERVER, 10),
    atMost("single prediction, 32 connections: p99 against the echo's", against(ECHO, 'p99'), 3),
  ];
}
