import { createPublicKey, type KeyObject } from 'node:crypto';
import type { SigningKey } from 'jwks-rsa';
import { ApiError } from '../../common/errors.js';
import type { IdentityProviderConfig } from '../../config/identity-provider.js';
import { fetchJson } from './fetch-json.js';
import { jwksUrlOf } from './discovery.js';

/** A key that the provider has taken back is trusted this long at most. */
export const KEYS_MAX_AGE_MS = 10 * 60_000;
/** As long as the provider cannot be reached, its keys are trusted this long. */
const STALE_MAX_AGE_MS = 24 * 60 * 60_000;
/** The provider is asked no more often than this, whatever tokens come and however it answers. */
const INTERVAL_MS = 5000;
const KEYS_LIMIT = 100;

export interface RemoteKey {
  readonly kid?: string;
  /** Where the provider says so, the only algorithm of the key. */
  readonly alg?: string;
  readonly key: KeyObject;
}

/** The public keys of an identity provider: fetched when first needed, when old, and when a token names one that is new. */
export class RemoteKeySet {
  private keys?: readonly RemoteKey[];
  private fetchedAt = -Infinity;
  private askedAt = -Infinity;
  private fetching?: Promise<void>;

  constructor(
    private readonly provider: IdentityProviderConfig,
    private readonly onFailure: (error: Error) => void,
  ) {}

  /**
   * The key of this name; without a name, the only key there is.
   * @returns undefined when the provider has no such key
   * @throws ApiError `overloaded` when its keys are not known and cannot be fetched
   */
  async find(kid: string | undefined): Promise<RemoteKey | undefined> {
    if (Date.now() - this.fetchedAt > KEYS_MAX_AGE_MS || !this.known(kid)) await this.refresh();
    if (!this.keys || Date.now() - this.fetchedAt > STALE_MAX_AGE_MS) throw unreachable();
    return this.known(kid);
  }

  private known(kid: string | undefined): RemoteKey | undefined {
    if (kid === undefined) return this.keys?.length === 1 ? this.keys[0] : undefined;
    return this.keys?.find((key) => key.kid === kid);
  }

  /** One fetch serves all who wait for it. */
  private async refresh(): Promise<void> {
    if (!this.fetching && Date.now() - this.askedAt >= INTERVAL_MS) {
      this.askedAt = Date.now();
      this.fetching = this.fetch().finally(() => (this.fetching = undefined));
    }
    await this.fetching;
  }

  private async fetch(): Promise<void> {
    try {
      // Most servers have no provider, and never load this.
      const { JwksClient } = await import('jwks-rsa');
      const client = new JwksClient({
        cache: false,
        fetcher: async () => boundedKeySet(await fetchJson(await jwksUrlOf(this.provider))),
      });
      this.keys = (await client.getSigningKeys()).map(remoteKey);
      this.fetchedAt = Date.now();
    } catch (error) {
      this.onFailure(error as Error);
    }
  }
}

function boundedKeySet(document: unknown): { keys: unknown } {
  const { keys } = (document ?? {}) as { keys?: unknown };
  if (!Array.isArray(keys)) throw new Error('the key set has no keys');
  return { keys: keys.slice(0, KEYS_LIMIT) };
}

// A key without a name or an algorithm has none here either, whatever the package's types say.
const remoteKey = ({ kid, alg, ...key }: SigningKey): RemoteKey => ({
  kid,
  alg,
  key: createPublicKey(key.getPublicKey()),
});

const unreachable = (): ApiError =>
  new ApiError('overloaded', 'the identity provider cannot be reached to verify the token', {
    headers: { 'Retry-After': String(INTERVAL_MS / 1000) },
  });
