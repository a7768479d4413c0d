import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { ApiError } from '../common/errors.js';
import { LOGGER } from '../common/logger.module.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { ModelsFeed } from '../database/feeds.js';
import { ModelFileError } from '../inference/model.js';
import { loadPackage } from '../packages/load-package.js';
import { WORKER_PLACE, type WorkerPlace } from '../workers/worker-place.js';
import { LoadedVersion } from './loaded-version.js';
import { unknownVersion, type VersionName, versionNumber } from './version-number.js';
import { type CataloguedModel, ModelCatalog } from './model-catalog.js';
import { ModelFiles } from './model-files.js';
import type { ModelVersion } from './model-version.entity.js';

interface Entry {
  model: CataloguedModel;
  live?: LoadedVersion;
  /** True when the live version could not be loaded. */
  failed?: boolean;
  /** The last requested version other than the live one. */
  other?: LoadedVersion;
}

/** Interval of checks whether another process changed the catalogue. */
const POLL_MS = 250;

/** Topic on which a worker asks all others, through the primary, to load what the catalogue says. */
export const REFRESH_TOPIC = 'models.refresh';

/**
 * The models in memory. Follows the catalogue: after a change in any process, the new live version is loaded
 * first and then replaces the old one, which answers until then.
 */
@Injectable()
export class ModelRegistry implements OnApplicationShutdown {
  private readonly entries = new Map<string, Entry>();
  private version = -1;
  private following: Promise<void> = Promise.resolve();
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly catalog: ModelCatalog,
    private readonly files: ModelFiles,
    private readonly feed: ModelsFeed,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(WORKER_PLACE) private readonly place: WorkerPlace,
  ) {
    place.primary?.handle(REFRESH_TOPIC, () => this.refresh());
  }

  /**
   * Loads every live version. A version that cannot be loaded does not keep the others from answering.
   * @param strict true to refuse to start then. @throws ModelFileError
   */
  async start(strict: boolean): Promise<void> {
    await this.follow(strict);
    this.timer = setInterval(() => void this.refresh(), POLL_MS);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Names of all models, loaded or not. */
  names(): string[] {
    return [...this.entries.keys()].sort();
  }

  /** The model in the catalogue, as this process last read it. */
  find(name: string): CataloguedModel | undefined {
    return this.entries.get(name)?.model;
  }

  /** The live version, if it is in memory. */
  live(name: string): LoadedVersion | undefined {
    return this.entries.get(name)?.live;
  }

  /** True when every model that should be in memory is. */
  isReady(): boolean {
    return [...this.entries.values()].every(({ model, live }) => !model.loaded || live !== undefined);
  }

  /** Names of the models whose live version could not be loaded. */
  failed(): string[] {
    return this.names().filter((name) => this.entries.get(name)?.failed);
  }

  /**
   * A version for computing, which the caller must release.
   * @throws ApiError `model_not_found` or `model_not_ready`
   */
  lease(name: string, version?: VersionName): LoadedVersion | Promise<LoadedVersion> {
    const entry = this.entries.get(name);
    if (entry?.live && (version === undefined || versionNumber(version) === entry.live.version))
      return entry.live.use();
    return this.leaseSlowly(name, version);
  }

  /** Makes sure that this process follows the catalogue. */
  async refresh(): Promise<void> {
    if (this.feed.version() !== this.version) await this.follow(false);
    else await this.following;
  }

  /**
   * Like {@link refresh}, in all workers. Must be awaited after a change of the catalogue, before it is
   * acknowledged.
   */
  async refreshAll(): Promise<void> {
    await this.refresh();
    await this.place.primary?.call(REFRESH_TOPIC);
  }

  private async leaseSlowly(name: string, version?: VersionName): Promise<LoadedVersion> {
    await this.refresh();
    const entry = this.entries.get(name);
    if (!entry) throw new ApiError('model_not_found', `unknown model ${name}`);
    if (!entry.model.loaded || !entry.live)
      throw new ApiError(
        'model_not_ready',
        entry.failed
          ? `the live version of the model ${name} could not be loaded`
          : `the model ${name} is not loaded`,
      );
    if (version === undefined || versionNumber(version) === entry.live.version) return entry.live.use();
    return this.other(entry, version);
  }

  private async other(entry: Entry, asked: VersionName): Promise<LoadedVersion> {
    const version = versionNumber(asked);
    if (!entry.other || entry.other.version !== version) {
      const { name, versions } = entry.model;
      const row = versions.find((candidate) => candidate.version === version);
      if (!row) throw unknownVersion(name, asked, versions);
      const loaded = await this.loadOther(row);
      entry.other?.retire();
      entry.other = loaded;
    }
    return entry.other.use();
  }

  /** One at a time, so that an older state never replaces a newer one. */
  private follow(strict: boolean): Promise<void> {
    const next = this.following.then(() => this.apply(strict));
    this.following = next.catch(() => undefined);
    return strict ? next : this.following;
  }

  private async apply(strict: boolean): Promise<void> {
    const version = this.feed.version();
    if (version === this.version) return;
    const models = await this.catalog.list();
    for (const model of models) {
      try {
        await this.applyModel(model);
      } catch (error) {
        if (strict) throw error;
        this.entries.get(model.name)!.failed = true;
        this.logger.error(
          { model: model.name, version: model.liveVersion, err: error },
          'model failed to load',
        );
      }
    }
    const names = new Set(models.map((model) => model.name));
    for (const [name, entry] of this.entries) if (!names.has(name)) this.drop(name, entry);
    this.version = version;
  }

  private async applyModel(model: CataloguedModel): Promise<void> {
    const entry = this.entries.get(model.name) ?? { model };
    this.entries.set(model.name, entry);
    entry.model = model;
    const row = model.versions.find((candidate) => candidate.version === model.liveVersion);
    if (!model.loaded || !row) return this.unload(entry);
    if (entry.live?.version === row.version && entry.live.digest === row.digest) {
      entry.failed = false;
      return;
    }
    const loaded = await this.load(row);
    const old = entry.live;
    entry.live = loaded;
    entry.failed = false;
    old?.retire();
    if (entry.other && !model.versions.some(({ version }) => version === entry.other?.version))
      this.dropOther(entry);
    this.logger.info(
      { model: model.name, version: row.version, runtime: row.runtime, backend: loaded.model.backend },
      'model is live',
    );
  }

  private async load(row: ModelVersion): Promise<LoadedVersion> {
    const { manifest, model } = await loadPackage(this.files.dirOf(row), {
      seconds: this.config.predictionSeconds,
      loadSeconds: this.config.importSeconds,
      bytes: this.config.modelMemory,
    });
    return new LoadedVersion(row.modelName, row.version, row.digest, manifest, model, (error) =>
      this.logger.error({ model: row.modelName, err: error }, 'could not unload model'),
    );
  }

  /** @throws ApiError `model_not_ready` if its files are damaged */
  private async loadOther(row: ModelVersion): Promise<LoadedVersion> {
    try {
      return await this.load(row);
    } catch (cause) {
      if (!(cause instanceof ModelFileError)) throw cause;
      throw new ApiError(
        'model_not_ready',
        `version ${row.version} of the model ${row.modelName} cannot be loaded`,
        { cause },
      );
    }
  }

  private drop(name: string, entry: Entry): void {
    this.entries.delete(name);
    this.unload(entry);
  }

  private unload(entry: Entry): void {
    entry.failed = false;
    entry.live?.retire();
    entry.live = undefined;
    this.dropOther(entry);
  }

  private dropOther(entry: Entry): void {
    entry.other?.retire();
    entry.other = undefined;
  }
}
