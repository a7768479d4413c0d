import { Inject, Injectable } from '@nestjs/common';
import { AggregatorRegistry, Registry } from 'prom-client';
import { WORKER_PLACE, type WorkerPlace } from '../workers/worker-place.js';

/** What one process has measured, in a form that can be sent to another. */
export type MetricsSnapshot = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** The questions between workers and the primary: what one has measured, what all have. */
export const METRICS = { ofWorker: 'metrics.worker', ofAll: 'metrics.all' } as const;

@Injectable()
export class MetricsService {
  constructor(
    private readonly registry: Registry,
    @Inject(WORKER_PLACE) private readonly place: WorkerPlace,
  ) {
    place.primary?.handle(METRICS.ofWorker, () => this.snapshot());
  }

  /** This process' metrics as plain data. */
  snapshot(): Promise<MetricsSnapshot> {
    return this.registry.getMetricsAsJSON();
  }

  /** The metrics in Prometheus' text format, version 0.0.4; with workers, those of all together. */
  async text(): Promise<string> {
    const { primary } = this.place;
    if (!primary) return this.registry.metrics();
    return textOfAll(await primary.call<MetricsSnapshot[]>(METRICS.ofAll));
  }
}

/** The metrics of processes that serve together, as one text: each series is added up, or as its metric says. */
export function textOfAll(snapshots: readonly MetricsSnapshot[]): Promise<string> {
  return AggregatorRegistry.aggregate([...snapshots]).metrics();
}
