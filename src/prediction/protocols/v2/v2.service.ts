import { Injectable } from '@nestjs/common';
import { covers } from '../../../auth/gate/scopes.js';
import { ApiError } from '../../../common/errors.js';
import type { Caller } from '../../../common/actor.js';
import { ServerState } from '../../../common/server-state.js';
import { ModelCatalog } from '../../../models/model-catalog.js';
import { ModelRegistry } from '../../../models/model-registry.js';
import { optionalVersion, unknownVersion, versionNumber } from '../../../models/version-number.js';
import { type ModelStatistics, V2Statistics } from './v2.statistics.js';
import { indexEntries, type IndexEntry, type ModelMetadata, modelMetadata } from './v2.views.js';

/** Everything that REST and gRPC have besides inference: metadata, readiness and the repository. */
@Injectable()
export class V2Service {
  constructor(
    private readonly registry: ModelRegistry,
    private readonly catalog: ModelCatalog,
    private readonly state: ServerState,
    private readonly statistics: V2Statistics,
  ) {}

  serverReady(): boolean {
    return !this.state.isStopping && this.registry.isReady();
  }

  /** @throws ApiError `model_not_found`, or `model_not_ready` */
  async modelReady(name: string, version?: string): Promise<void> {
    (await this.registry.lease(name, optionalVersion(version))).release();
  }

  /** @throws ApiError `model_not_found`, or `model_not_ready` */
  async metadata(name: string, version?: string): Promise<ModelMetadata> {
    const loaded = await this.registry.lease(name, optionalVersion(version));
    try {
      const model = this.registry.find(name);
      if (!model) throw new ApiError('model_not_found', `unknown model ${name}`);
      return modelMetadata(model, loaded);
    } finally {
      loaded.release();
    }
  }

  /**
   * What models computed in this process: one version, all of a model, or those of all models that the caller may see.
   * @throws ApiError `model_not_found`
   */
  async modelStatistics(caller: Caller, name?: string, version?: string): Promise<ModelStatistics[]> {
    await this.registry.refresh();
    const names = name
      ? [name]
      : this.registry.names().filter((each) => covers(caller.scopes, 'models:read', each));
    return names.flatMap((each) => this.statisticsOf(each, name && optionalVersion(version)));
  }

  private statisticsOf(name: string, asked: string | undefined): ModelStatistics[] {
    const versions = this.registry.find(name)?.versions;
    if (!versions) throw new ApiError('model_not_found', `unknown model ${name}`);
    const number = asked === undefined ? undefined : versionNumber(asked);
    const chosen = asked === undefined ? versions : versions.filter(({ version }) => version === number);
    if (chosen.length === 0) throw unknownVersion(name, asked ?? '', versions);
    return chosen.map(({ version }) => this.statistics.of(name, version));
  }

  /** All versions of the models that the caller may see. */
  async index(caller: Caller, readyOnly: boolean): Promise<IndexEntry[]> {
    await this.registry.refresh();
    const failed = new Set(this.registry.failed());
    return this.registry
      .names()
      .filter((name) => covers(caller.scopes, 'models:read', name))
      .flatMap((name) => indexEntries(this.registry.find(name)!, this.registry.live(name), failed.has(name)))
      .filter(({ state }) => !readyOnly || state === 'READY');
  }

  /** @throws ApiError `model_not_found`, or `model_not_ready` if the files cannot be loaded */
  async setLoaded(name: string, loaded: boolean): Promise<void> {
    await this.catalog.setLoaded(name, loaded);
    await this.registry.refreshAll();
    if (loaded && !this.registry.live(name))
      throw new ApiError('model_not_ready', `the model ${name} could not be loaded`);
  }
}
