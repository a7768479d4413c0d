/** Latency at half of Modelgate's top rate, against the echo at the same rate; open loop. */
import { load, loadCommand } from '../lib/load.mjs';
import { pacedLoad } from '../lib/paced.mjs';
import { checkedRequest, regression } from '../lib/requests.mjs';
import { interleaved } from '../lib/rounds.mjs';
import { median, medianRatio, medians } from '../lib/stats.mjs';
import { atMost, format } from '../lib/verdicts.mjs';
import { withSubjects } from '../subjects/index.mjs';
import { echoOf } from './single.mjs';

export const title = 'Latency at a fixed rate';

export function run(context) {
  const name = context.fitted ? 'modelgate' : 'shipped';
  return withSubjects(context, ['echo', name], async ({ echo, [name]: modelgate }) => {
    const { dataset, shippedLabels, rounds, seconds } = context;
    const [row] = dataset.rows;
    const labels = dataset.answers?.['finalized_model.sav'] ?? shippedLabels;
    const request = await checkedRequest(modelgate, regression, [row], labels.slice(0, 1));
    const top = await topRate(request, context);
    const rate = Math.floor(top / 2);
    const paced = (target) => (warmUp) => pacedLoad(target, { rate, seconds: warmUp ? 1 : seconds });
    context.commands.add(loadCommand(32, seconds));
    context.commands.add(
      `node bench/lib/paced-client.mjs < {port, request, rate, seconds, connections: 128}`,
    );
    const results = await interleaved({ echo: paced(echoOf(echo, row)), modelgate: paced(request) }, rounds);
    return {
      tables: [tableOf(results, rate, top)],
      verdicts: [
        atMost(
          `half of the top rate (${format(rate)} requests/s, open loop): median latency against the echo's`,
          medianRatio(results.modelgate, results.echo, 'p50'),
          3,
        ),
      ],
      raw: { top, rate, ...results },
    };
  });
}

/** Requests a second that 32 connections carry: the median of a few rounds, after one to warm up. */
async function topRate(request, { rounds, seconds }) {
  const results = await interleaved({ modelgate: () => load(request, { connections: 32, seconds }) }, rounds);
  return median(results.modelgate.map(({ rps }) => rps));
}

function tableOf(results, rate, top) {
  return {
    title: `${format(rate)} requests/s, half of ${format(top)}; latencies in ms from the moment a request was due`,
    columns: ['', 'median', 'p90', 'p99', 'max'],
    rows: Object.entries(results).map(([name, rounds]) => {
      const { p50, p90, p99, max } = medians(rounds);
      return [
        name === 'echo' ? 'bare Fastify echo' : 'Modelgate /regression',
        ...[p50, p90, p99, max].map(format),
      ];
    }),
  };
}
