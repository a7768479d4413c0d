import { Injectable } from '@nestjs/common';
import { AggregatorRegistry, Registry } from 'prom-client';

/** What one process has measured, in a form that can be sent to another. */
export type MetricsSnapshot = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

@Injectable()
export class MetricsService {
  constructor(private readonly registry: Registry) {}

  /** This process' metrics in Prometheus' text format, version 0.0.4. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  /** This process' metrics as plain data. */
  snapshot(): Promise<MetricsSnapshot> {
    return this.registry.getMetricsAsJSON();
  }
}

/** The metrics of processes that serve together, as one text: each series is added up, or as its metric says. */
export function textOfAll(snapshots: readonly MetricsSnapshot[]): Promise<string> {
  return AggregatorRegistry.aggregate([...snapshots]).metrics();
}
