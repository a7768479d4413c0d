import { Inject, Injectable } from '@nestjs/common';
import { AggregatorRegistry, Registry } from 'prom-client';
import { WORKER_PLACE, type WorkerPlace } from '../workers/worker-place.js';

/** The metrics of one process, in a form that can be sent to another. */
export type MetricsSnapshot = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** Topics between workers and the primary: the metrics of one worker, the metrics of all. */
export const METRICS = { ofWorker: 'metrics.worker', ofAll: 'metrics.all' } as const;

@Injectable()
export class MetricsService {
  constructor(
    private readonly registry: Registry,
    @Inject(WORKER_PLACE) private readonly place: WorkerPlace,
  ) {
    place.primary?.handle(METRICS.ofWorker, () => this.snapshot());
  }

  /** The metrics of this process as plain data. */
  snapshot(): Promise<MetricsSnapshot> {
    return this.registry.getMetricsAsJSON();
  }

  /** The metrics in Prometheus text format 0.0.4. With workers, those of all processes together. */
  async text(): Promise<string> {
    const { primary } = this.place;
    if (!primary) return this.registry.metrics();
    return textOfAll(await primary.call<MetricsSnapshot[]>(METRICS.ofAll));
  }
}

/** Combines the metrics of several processes: each series is summed, unless its metric says otherwise. */
export function textOfAll(snapshots: readonly MetricsSnapshot[]): Promise<string> {
  return AggregatorRegistry.aggregate([...snapshots]).metrics();
}
