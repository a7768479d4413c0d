import { Inject, Injectable } from '@nestjs/common';
import { ApiError } from '../../common/errors.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { AccessFeed } from '../../database/feeds.js';
import { KeyFile } from './key-file.js';
import { generateSigningKey, secretKey, type SigningAlgorithm, type SigningKey } from './signing-key.js';

/** Maximum number of keys, including the active one. */
const KEYS_LIMIT = 16;
/**
 * Minimum time that a retired key stays in the file. The command line may not know the lifetime of the server's tokens.
 */
const KEPT_MS = 24 * 60 * 60 * 1000;
/** Allows for a token that was being signed while the next key became active. */
const SLACK_MS = 60_000;

/**
 * The keys that sign and verify tokens: MODELGATE_JWT_SECRET if it is set, else the keys of the data directory, plus
 * MODELGATE_JWT_SECRET_PREVIOUS. Changes by other processes take effect at the next request.
 */
@Injectable()
export class KeyRing {
  private readonly fixed?: SigningKey;
  private readonly previous: readonly SigningKey[];
  private readonly file: KeyFile;
  private kept: readonly SigningKey[] = [];
  private version = -1;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly feed: AccessFeed,
  ) {
    const { jwtSecret, jwtSecretPrevious } = config;
    this.fixed = jwtSecret === undefined ? undefined : secretKey(jwtSecret);
    this.previous = jwtSecretPrevious === undefined ? [] : [secretKey(jwtSecretPrevious)];
    this.file = new KeyFile(config.dataDir);
    if (!this.fixed) this.file.prepare();
    this.all();
  }

  /** The key that signs. */
  active(): SigningKey {
    return this.fixed ?? this.all().find(({ retiredAt }) => retiredAt === undefined)!;
  }

  /** The keys that verify, the active one first. */
  list(): SigningKey[] {
    const active = this.active();
    const others = [...this.all(), ...this.previous].filter(
      (key) => key.kid !== active.kid && this.verifies(key),
    );
    return [active, ...others];
  }

  /** The key of this name, unless it no longer verifies. */
  find(kid: string | undefined): SigningKey | undefined {
    return kid === undefined ? undefined : this.list().find((key) => key.kid === kid);
  }

  /** When the last token that a retired key signed expires; undefined if that is not known. */
  verifiesUntil({ retiredAt }: SigningKey): Date | undefined {
    if (retiredAt === undefined) return undefined;
    return new Date(Date.parse(retiredAt) + this.config.tokenSeconds * 1000 + SLACK_MS);
  }

  /**
   * Makes a new key active. The previous key verifies until its tokens have expired, so nobody is logged out.
   * @param algorithm that of the active key unless given
   * @throws ApiError `conflict` if the environment sets the key, or if there are too many keys
   */
  async rotate(algorithm?: SigningAlgorithm): Promise<SigningKey> {
    this.refuseFixed();
    const made = await generateSigningKey(algorithm ?? this.active().algorithm);
    this.file.update((keys) => {
      const retiredAt = made.createdAt;
      const others = keys
        .filter((key) => !this.isForgotten(key))
        .map((key) => (key.retiredAt === undefined ? { ...key, retiredAt } : key));
      if (others.length >= KEYS_LIMIT)
        throw new ApiError('conflict', `there are already ${KEYS_LIMIT} keys; retire one first`);
      return [...others, made];
    });
    this.feed.announce();
    return made;
  }

  /** Deletes a key. Its tokens are rejected from the next request on. @throws ApiError `not_found` or `conflict` */
  retire(kid: string): void {
    this.refuseFixed();
    this.file.update((keys) => {
      const key = keys.find((kept) => kept.kid === kid);
      if (!key) throw new ApiError('not_found', `key ${kid} not found`);
      if (key.retiredAt === undefined)
        throw new ApiError('conflict', 'the active key cannot be retired; rotate the key first');
      return keys.filter((kept) => kept !== key);
    });
    this.feed.announce();
  }

  private all(): readonly SigningKey[] {
    if (this.fixed) return [];
    const version = this.feed.version();
    if (version !== this.version) {
      this.kept = this.file.read();
      this.version = version;
    }
    return this.kept;
  }

  private verifies(key: SigningKey): boolean {
    const until = this.verifiesUntil(key);
    return until === undefined || until.getTime() > Date.now();
  }

  private isForgotten(key: SigningKey): boolean {
    return (
      key.retiredAt !== undefined && !this.verifies(key) && Date.parse(key.retiredAt) + KEPT_MS < Date.now()
    );
  }

  private refuseFixed(): void {
    if (this.fixed)
      throw new ApiError(
        'conflict',
        'MODELGATE_JWT_SECRET sets the key; to change it, move the value to MODELGATE_JWT_SECRET_PREVIOUS and set a new one, or none',
      );
  }
}
