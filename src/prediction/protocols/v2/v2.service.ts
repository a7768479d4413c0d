import { Injectable } from '@nestjs/common';
import { covers } from '../../../auth/gate/scopes.js';
import { ApiError } from '../../../common/errors.js';
import type { Caller } from '../../../common/actor.js';
import { ServerState } from '../../../common/server-state.js';
import { ModelCatalog } from '../../../models/model-catalog.js';
import { ModelRegistry } from '../../../models/model-registry.js';
import { optionalVersion } from '../../../models/version-number.js';
import { indexEntries, type IndexEntry, type ModelMetadata, modelMetadata } from './v2.views.js';

/** Everything that REST and gRPC have besides inference: metadata, readiness and the repository. */
@Injectable()
export class V2Service {
  constructor(
    private readonly registry: ModelRegistry,
    private readonly catalog: ModelCatalog,
    private readonly state: ServerState,
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
