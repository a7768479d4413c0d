/** One large V2 binary request against an echo of the same bytes. */
import { load, loadCommand } from '../lib/load.mjs';
import { checkedRequest, v2Binary } from '../lib/requests.mjs';
import { interleaved } from '../lib/rounds.mjs';
import { medianRatio, medians } from '../lib/stats.mjs';
import { atMost, format } from '../lib/verdicts.mjs';
import { withSubjects } from '../subjects/index.mjs';

export const title = 'V2 binary tensors';

export function run(context) {
  if (!context.fitted) return { skipped: 'there is no scikit-learn pickle without Python' };
  return withSubjects(context, ['echo', 'modelgate'], async ({ echo, modelgate }) => {
    const { dataset, rounds, seconds } = context;
    const request = await checkedRequest(
      modelgate,
      v2Binary,
      dataset.rows,
      dataset.answers['finalized_model.sav'],
    );
    const same = {
      url: `${echo.url}/echo`,
      headers: { 'Content-Type': 'application/octet-stream' },
      body: request.body,
    };
    context.commands.add(loadCommand(1, seconds));
    const once = (target) => (warmUp) => load(target, { connections: 1, seconds: warmUp ? 1 : seconds });
    const results = await interleaved({ echo: once(same), modelgate: once(request) }, rounds);
    return {
      tables: [
        {
          title: '10,000 rows × 8 float64 (640 kB), logistic regression, one request at a time',
          columns: ['', 'requests/s', 'median ms', 'p99 ms'],
          rows: Object.entries(results).map(([name, each]) => {
            const { rps, p50, p99 } = medians(each);
            return [
              name === 'echo' ? 'bare Fastify echo of the bytes' : 'Modelgate V2 binary',
              ...[rps, p50, p99].map(format),
            ];
          }),
        },
      ],
      verdicts: [
        atMost(
          "V2 binary, 10,000 × 8 float64, logistic regression: median time against the echo's",
          medianRatio(results.modelgate, results.echo, 'p50'),
          3,
        ),
      ],
      raw: results,
    };
  });
}
