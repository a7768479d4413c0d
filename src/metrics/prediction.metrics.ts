import { Injectable } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';
import type { ErrorCode } from '../common/errors.js';
import { type BatchRan, batchRan, type Inferred, inferred } from '../common/events.js';
import type { PredictionFacts } from '../common/recorded-facts.js';
import { ModelRegistry } from '../models/model-registry.js';
import { DataPlane } from '../prediction/data-plane.js';
import { DURATION_BUCKETS, SIZE_BUCKETS } from './buckets.js';
import { type Buckets, type Count, CounterFamily, HistogramFamily } from './tally.js';

/** The counts of one outcome of one version over one protocol. */
interface PredictionTally {
  readonly calls: Count;
  readonly rows: Count;
}

/** Counts predictions, their rows and their batches by model. */
@Injectable()
export class PredictionMetrics {
  private readonly predictions: CounterFamily<'model' | 'version' | 'protocol' | 'outcome'>;
  private readonly rows: CounterFamily<'model' | 'version' | 'protocol'>;
  private readonly durations: HistogramFamily<'model' | 'version'>;
  private readonly batchRows: HistogramFamily<'model'>;
  private readonly batchRequests: HistogramFamily<'model'>;
  private readonly tallies = new Map<string, PredictionTally>();
  private readonly timings = new Map<string, Buckets>();

  constructor(
    registry: Registry,
    private readonly models: ModelRegistry,
    dataPlane: DataPlane,
  ) {
    this.predictions = new CounterFamily(registry, {
      name: 'modelgate_predictions_total',
      help: 'Prediction requests that reached a model; outcome: success or an error code',
      labelNames: ['model', 'version', 'protocol', 'outcome'],
    });
    this.rows = new CounterFamily(registry, {
      name: 'modelgate_prediction_rows_total',
      help: 'Rows of successful predictions',
      labelNames: ['model', 'version', 'protocol'],
    });
    this.durations = new HistogramFamily(
      registry,
      {
        name: 'modelgate_prediction_duration_seconds',
        help: 'Computing time of a request, including the wait for its batch',
        labelNames: ['model', 'version'],
      },
      DURATION_BUCKETS,
    );
    this.batchRows = batchSizes(registry, 'modelgate_batch_rows', 'Rows in one batch of a model');
    this.batchRequests = batchSizes(registry, 'modelgate_batch_requests', 'Requests in one batch of a model');
    gaugeQueue(registry, models, dataPlane);
    gaugeLoaded(registry, models);
    inferred.subscribe((event) => this.time(event));
    batchRan.subscribe((event) => this.size(event));
  }

  /** Counts a request that named a model. */
  count(protocol: string, { model, version, digest, rows }: PredictionFacts, error?: ErrorCode): void {
    // Callers can invent names and versions, and only a version that answered has a digest.
    const name = digest !== undefined || this.models.find(model) ? model : 'unknown';
    const answered = digest === undefined ? '' : String(version);
    const outcome = error ?? 'success';
    const key = `${name}\n${answered}\n${protocol}\n${outcome}`;
    let tally = this.tallies.get(key);
    if (!tally) {
      tally = {
        calls: this.predictions.of(name, answered, protocol, outcome),
        rows: error === undefined ? this.rows.of(name, answered, protocol) : { value: 0 },
      };
      this.tallies.set(key, tally);
    }
    tally.calls.value += 1;
    tally.rows.value += rows ?? 0;
  }

  private time({ model, version, startedAt, endedAt }: Inferred): void {
    const key = `${model}\n${version}`;
    let timing = this.timings.get(key);
    if (!timing) this.timings.set(key, (timing = this.durations.of(model, String(version))));
    timing.observe((endedAt - startedAt) / 1000);
  }

  private size({ model, rows, requests }: BatchRan): void {
    this.batchRows.of(model).observe(rows);
    this.batchRequests.of(model).observe(requests);
  }
}

const batchSizes = (registry: Registry, name: string, help: string): HistogramFamily<'model'> =>
  new HistogramFamily(registry, { name, help, labelNames: ['model'] }, SIZE_BUCKETS);

function gaugeQueue(registry: Registry, models: ModelRegistry, dataPlane: DataPlane): void {
  new Gauge({
    name: 'modelgate_batch_queue_rows',
    help: 'Rows waiting for a batch, by model',
    labelNames: ['model'],
    registers: [registry],
    collect() {
      this.reset();
      for (const model of models.names()) {
        const live = models.live(model);
        if (live) this.set({ model }, dataPlane.queuedRows(live));
      }
    },
  });
}

function gaugeLoaded(registry: Registry, models: ModelRegistry): void {
  new Gauge({
    name: 'modelgate_model_loaded',
    help: '1 if the live version of the model is in memory, 0 if it was unloaded or could not be loaded',
    labelNames: ['model'],
    registers: [registry],
    collect() {
      this.reset();
      for (const model of models.names()) this.set({ model }, models.live(model) ? 1 : 0);
    },
  });
}
