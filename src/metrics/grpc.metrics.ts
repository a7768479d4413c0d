import { Injectable } from '@nestjs/common';
import { Registry } from 'prom-client';
import { type GrpcAnswered, grpcAnswered } from '../common/events.js';
import { AccessMetrics } from './access.metrics.js';
import { DURATION_BUCKETS } from './buckets.js';
import { PredictionMetrics } from './prediction.metrics.js';
import { CounterFamily, HistogramFamily } from './tally.js';

/** Counts gRPC calls of the service's methods. grpc-js itself answers calls of unknown methods. */
@Injectable()
export class GrpcMetrics {
  private readonly calls: CounterFamily<'method' | 'code'>;
  private readonly durations: HistogramFamily<'method'>;

  constructor(
    registry: Registry,
    private readonly predictions: PredictionMetrics,
    private readonly access: AccessMetrics,
  ) {
    this.calls = new CounterFamily(registry, {
      name: 'modelgate_grpc_requests_total',
      help: 'gRPC calls; code: OK or an error code',
      labelNames: ['method', 'code'],
    });
    this.durations = new HistogramFamily(
      registry,
      {
        name: 'modelgate_grpc_request_duration_seconds',
        help: 'Time from the arrival of a gRPC call to its response',
        labelNames: ['method'],
      },
      DURATION_BUCKETS,
    );
    grpcAnswered.subscribe((event) => this.observe(event));
  }

  private observe({ method, prediction, error, startedAt, endedAt }: GrpcAnswered): void {
    this.calls.of(method, error ?? 'OK').value += 1;
    this.durations.of(method).observe((endedAt - startedAt) / 1000);
    if (prediction) this.predictions.count('grpc', prediction, error);
    if (error === 'rate_limited') this.access.countLimited('call');
  }
}
