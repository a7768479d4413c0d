import { Inject, Injectable } from '@nestjs/common';
import { ApiError } from '../common/errors.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { ModelRegistry } from '../models/model-registry.js';

/** The model for requests that name none: the configured one, or the only one, or the included one. */
@Injectable()
export class DefaultModel {
  constructor(
    private readonly registry: ModelRegistry,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws ApiError `model_not_found` when it cannot be told */
  name(): string {
    return defaultModelName(this.config.defaultModel, this.registry.names());
  }
}

/**
 * @param configured the name in the settings, if any
 * @param names of all models
 * @throws ApiError `model_not_found` if there is no default
 */
export function defaultModelName(configured: string | undefined, names: readonly string[]): string {
  if (configured) return configured;
  const [only, second] = names;
  if (only !== undefined && second === undefined) return only;
  if (names.includes('diabetes')) return 'diabetes';
  throw new ApiError(
    'model_not_found',
    'there is no default model; set MODELGATE_DEFAULT_MODEL to the name of a model',
  );
}
