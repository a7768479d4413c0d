/** Predictions while clients hammer the login with wrong passwords. */
import { startFlood } from '../lib/flood.mjs';
import { pacedLoad } from '../lib/paced.mjs';
import { checkedRequest, regression } from '../lib/requests.mjs';
import { interleaved } from '../lib/rounds.mjs';
import { medianRatio, medians } from '../lib/stats.mjs';
import { atMost, format } from '../lib/verdicts.mjs';
import { withSubjects } from '../subjects/index.mjs';

const CLIENTS = 32;
/** Predictions a second: light, so that what is seen is the flood and not their own queue. */
const RATE = 500;

const FLOODS = {
  oneName: { title: 'one name', username: () => 'trialuser' },
  manyNames: { title: 'another name each time', username: (i) => `guest-${i}` },
};

export const title = 'Predictions beside a flood of logins';

export function run(context) {
  return withSubjects(context, ['shipped'], async ({ shipped }) => {
    const { dataset, shippedLabels, rounds, seconds } = context;
    const single = await checkedRequest(
      shipped,
      regression,
      dataset.rows.slice(0, 1),
      shippedLabels.slice(0, 1),
    );
    const predictions = (warmUp) => pacedLoad(single, { rate: RATE, seconds: warmUp ? 1 : seconds });
    const beside = (username) => async (warmUp) => {
      const makeRequest = (i) => ({
        path: '/token',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: `username=${username(i)}&password=a+wrong+guess`,
      });
      const flood = await startFlood({ url: shipped.url, connections: CLIENTS, makeRequest });
      const figures = await predictions(warmUp);
      const { seconds: lasted, statuses } = await flood.stop();
      const logins = Object.values(statuses).reduce((sum, count) => sum + count, 0);
      return { ...figures, logins: logins / lasted, checked: (statuses[401] ?? 0) / lasted };
    };
    const results = await interleaved(
      {
        quiet: predictions,
        oneName: beside(FLOODS.oneName.username),
        manyNames: beside(FLOODS.manyNames.username),
      },
      rounds,
    );
    return { tables: [tableOf(results)], verdicts: verdictsOf(results), raw: results };
  });
}

function tableOf({ quiet, ...floods }) {
  const row = (name, rounds) => {
    const { p50, p99, max, logins, checked } = medians(rounds);
    return [
      name,
      ...[p50, p99, max].map(format),
      ...[logins, checked].map((rate) => (rate === undefined ? '' : format(rate))),
    ];
  };
  return {
    title: `${RATE} single predictions/s (open loop) while ${CLIENTS} clients try wrong passwords, each the next as soon as it is answered, with …`,
    columns: ['', 'median ms', 'p99 ms', 'max ms', 'logins answered/s', 'passwords checked/s'],
    rows: [
      row('quiet', quiet),
      ...Object.entries(floods).map(([name, rounds]) => row(FLOODS[name].title, rounds)),
    ],
  };
}

const verdictsOf = ({ quiet, ...floods }) =>
  Object.entries(floods).map(([name, rounds]) =>
    atMost(
      `median latency of predictions beside logins with ${FLOODS[name].title} against its quiet value`,
      medianRatio(rounds, quiet, 'p50'),
      2,
    ),
  );
