import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { SINGLE_PROCESS } from '../workers/worker-place.js';
import { MetricsService, textOfAll } from './metrics.service.js';
import { CounterFamily, HistogramFamily } from './tally.js';

/** A process that counted calls of a model and observed these times. */
function processWith(calls: number, times: readonly number[]): MetricsService {
  const registry = new Registry();
  new CounterFamily(registry, { name: 'calls_total', help: 'Calls', labelNames: ['model'] }).of('m').value +=
    calls;
  const durations = new HistogramFamily(
    registry,
    { name: 'duration_seconds', help: 'Durations', labelNames: ['model'] },
    [0.1, 1],
  );
  for (const time of times) durations.of('m').observe(time);
  return new MetricsService(registry, SINGLE_PROCESS);
}

describe('the text of one process', () => {
  it('has cumulative buckets, whose upper bounds are inclusive', async () => {
    expect(await processWith(3, [0.05, 0.1, 0.5, 2]).text()).toBe(`# HELP calls_total Calls
# TYPE calls_total counter
calls_total{model="m"} 3

# HELP duration_seconds Durations
# TYPE duration_seconds histogram
duration_seconds_bucket{model="m",le="0.1"} 2
duration_seconds_bucket{model="m",le="1"} 3
duration_seconds_bucket{model="m",le="+Inf"} 4
duration_seconds_sum{model="m"} 2.65
duration_seconds_count{model="m"} 4
`);
  });

  it('includes a metric without labels before anything is counted', async () => {
    const registry = new Registry();
    new CounterFamily(registry, { name: 'failures_total', help: 'Failures', labelNames: [] });
    expect(await registry.metrics()).toContain('\nfailures_total 0\n');
  });

  it('returns the same text when asked again', async () => {
    const metrics = processWith(3, [0.5]);
    expect(await metrics.text()).toBe(await metrics.text());
  });
});

describe('the text of several processes', () => {
  it('sums their series', async () => {
    const snapshots = await Promise.all([
      processWith(3, [0.05, 2]).snapshot(),
      processWith(4, [0.5]).snapshot(),
    ]);
    // Processes exchange snapshots as JSON.
    const sent = JSON.parse(JSON.stringify(snapshots)) as typeof snapshots;
    const lines = (await textOfAll(sent)).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'calls_total{model="m"} 7',
        'duration_seconds_bucket{model="m",le="0.1"} 1',
        'duration_seconds_bucket{model="m",le="1"} 2',
        'duration_seconds_bucket{model="m",le="+Inf"} 3',
        'duration_seconds_sum{model="m"} 2.55',
        'duration_seconds_count{model="m"} 3',
      ]),
    );
  });
});
