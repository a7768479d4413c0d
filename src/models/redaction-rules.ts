import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { ApiError } from '../common/errors.js';
import { ModelsFeed } from '../database/feeds.js';
import { readManifest } from '../packages/manifest.js';
import { ModelCatalog } from './model-catalog.js';
import { ModelFiles } from './model-files.js';
import { ModelRedaction } from './model-redaction.entity.js';

/** Features by what the audit trail records instead. */
export interface RedactedFeatures {
  /** A keyed hash of the value, so that equal values can be found. */
  readonly hash: readonly string[];
  /** Nothing. */
  readonly drop: readonly string[];
}

/** Features that an error lists. */
const LISTED = 50;

const NONE: RedactedFeatures = { hash: [], drop: [] };

/** The redacted features of each model, for all processes. */
@Injectable()
export class RedactionRules {
  private rules: ReadonlyMap<string, RedactedFeatures> = new Map();
  private version = -1;

  constructor(
    @InjectRepository(ModelRedaction) private readonly redactions: Repository<ModelRedaction>,
    private readonly catalog: ModelCatalog,
    private readonly files: ModelFiles,
    private readonly feed: ModelsFeed,
  ) {}

  /** The current rules, also if another process changed them. Undefined if the model has none. */
  of(model: string): RedactedFeatures | undefined | Promise<RedactedFeatures | undefined> {
    const version = this.feed.version();
    return version === this.version ? this.rules.get(model) : this.refresh(version, model);
  }

  /** @throws ApiError `model_not_found` */
  async get(model: string): Promise<RedactedFeatures> {
    await this.catalog.get(model);
    return (await this.of(model)) ?? NONE;
  }

  /**
   * Applies from the next request on. @throws ApiError `model_not_found`, or `validation_failed` that names
   * the unknown feature
   */
  async set(model: string, { hash, drop }: RedactedFeatures): Promise<RedactedFeatures> {
    const known = await this.featuresOf(model);
    for (const name of [...hash, ...drop])
      if (!known.has(name))
        throw new ApiError(
          'validation_failed',
          `unknown feature "${name.slice(0, 100)}"; features of ${model}: ${[...known].slice(0, LISTED).join(', ')}`,
        );
    const both = hash.find((name) => drop.includes(name));
    if (both !== undefined)
      throw new ApiError('validation_failed', `${both.slice(0, 100)} cannot be both hashed and dropped`);
    if (hash.length + drop.length === 0) await this.redactions.delete({ model });
    else await this.redactions.upsert({ model, features: JSON.stringify({ hash, drop }) }, ['model']);
    this.feed.announce();
    return { hash, drop };
  }

  private async refresh(version: number, model: string): Promise<RedactedFeatures | undefined> {
    const rows = await this.redactions.find();
    this.rules = new Map(rows.map((row) => [row.model, JSON.parse(row.features) as RedactedFeatures]));
    this.version = version;
    return this.rules.get(model);
  }

  /** The features of the live version, or its inputs if it has no features. */
  private async featuresOf(name: string): Promise<Set<string>> {
    const { liveVersion } = await this.catalog.get(name);
    const row = await this.catalog.version(name, liveVersion);
    const { signature } = await readManifest(this.files.dirOf(row));
    return new Set((signature.features ?? signature.inputs).map((each) => each.name));
  }
}
