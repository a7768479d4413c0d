import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { VERSION } from '../common/program.js';
import { ModelRegistry } from '../models/model-registry.js';

/** Metrics of the process: its version, models, memory and event loop. */
@Injectable()
export class ServerMetrics {
  constructor(registry: Registry, models: ModelRegistry) {
    collectDefaultMetrics({ register: registry });
    new Gauge({
      name: 'modelgate_build_info',
      help: 'Always 1; the running version',
      labelNames: ['version', 'node'],
      registers: [registry],
      aggregator: 'first',
    }).set({ version: VERSION, node: process.versions.node }, 1);
    new Gauge({
      name: 'modelgate_models_loaded',
      help: 'Models in memory',
      registers: [registry],
      aggregator: 'max',
      collect() {
        this.set(liveVersions(models).length);
      },
    });
    new Gauge({
      name: 'modelgate_model_info',
      help: 'Always 1; the live version of each model in memory',
      labelNames: ['model', 'version', 'runtime'],
      registers: [registry],
      aggregator: 'first',
      collect() {
        this.reset();
        for (const { name, version, manifest } of liveVersions(models))
          this.set({ model: name, version, runtime: manifest.runtime }, 1);
      },
    });
  }
}

const liveVersions = (models: ModelRegistry) => models.names().flatMap((name) => models.live(name) ?? []);
