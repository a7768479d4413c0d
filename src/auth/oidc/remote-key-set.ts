import { KeyObject } from 'node:crypto';
import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { ApiError } from '../../common/errors.js';
import type { IdentityProviderConfig } from '../../config/identity-provider.js';
import { fetchJson } from './fetch-json.js';
import { jwksUrlOf } from './discovery.js';

/** Longest time that a key is trusted after the provider has withdrawn it. */
export const KEYS_MAX_AGE_MS = 10 * 60_000;
/** While the provider cannot be reached, its keys are trusted this long. */
const STALE_MAX_AGE_MS = 24 * 60 * 60_000;
/** Shortest time between two requests to the provider, whatever tokens arrive and however it answers. */
const INTERVAL_MS = 5000;
const KEYS_LIMIT = 100;

/** The key that a token's header names. */
type KeyHeader = {
  readonly alg: string;
  readonly kid?: string;
};

/**
 * The public keys of an identity provider. They are fetched when first needed, when they are old, and when a token
 * names an unknown key. jose reads the set and selects the key. Fetching is not left to jose, because its remote set
 * forgets the keys while the provider cannot be reached.
 */
export class RemoteKeySet {
  private select?: ReturnType<typeof createLocalJWKSet>;
  private fetchedAt = -Infinity;
  private askedAt = -Infinity;
  private fetching?: Promise<void>;

  constructor(
    private readonly provider: IdentityProviderConfig,
    private readonly onFailure: (error: Error) => void,
  ) {}

  /**
   * The key with this id and algorithm; without an id, the only key with the algorithm.
   * @returns undefined if the provider has no matching key
   * @throws ApiError `overloaded` when its keys are not known and cannot be fetched
   */
  async find(header: KeyHeader): Promise<KeyObject | undefined> {
    if (Date.now() - this.fetchedAt > KEYS_MAX_AGE_MS || !(await this.known(header))) await this.refresh();
    if (!this.select || Date.now() - this.fetchedAt > STALE_MAX_AGE_MS) throw unreachable();
    return this.known(header);
  }

  /** jose imports a key once and remembers it. */
  private async known(header: KeyHeader): Promise<KeyObject | undefined> {
    try {
      return this.select && KeyObject.from(await this.select(header));
    } catch {
      // No key or several keys match, or the matching one is damaged.
      return undefined;
    }
  }

  /** Concurrent callers share one fetch. */
  private async refresh(): Promise<void> {
    if (!this.fetching && Date.now() - this.askedAt >= INTERVAL_MS) {
      this.askedAt = Date.now();
      this.fetching = this.fetch().finally(() => (this.fetching = undefined));
    }
    await this.fetching;
  }

  private async fetch(): Promise<void> {
    try {
      this.select = createLocalJWKSet(boundedKeySet(await fetchJson(await jwksUrlOf(this.provider))));
      this.fetchedAt = Date.now();
    } catch (error) {
      this.onFailure(error as Error);
    }
  }
}

function boundedKeySet(document: unknown): JSONWebKeySet {
  const { keys } = (document ?? {}) as { keys?: unknown };
  if (!Array.isArray(keys)) throw new Error('the key set has no keys');
  return { keys: keys.filter(isRecord).slice(0, KEYS_LIMIT) as JSONWebKeySet['keys'] };
}

const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null;

const unreachable = (): ApiError =>
  new ApiError('overloaded', 'the identity provider cannot be reached to verify the token', {
    headers: { 'Retry-After': String(INTERVAL_MS / 1000) },
  });
