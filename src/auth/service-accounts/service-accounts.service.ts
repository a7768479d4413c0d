import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { MoreThan, type QueryDeepPartialEntity, type Repository } from 'typeorm';
import { ApiError } from '../../common/errors.js';
import { AccessFeed } from '../../database/feeds.js';
import { isUniqueViolation } from '../../database/unique-violation.js';
import { randomSecret, sameHash, secretHash } from '../tokens/random-secret.js';
import { ServiceAccount } from './service-account.entity.js';

/** An account with its new secret, which cannot be read again later. */
export interface WithSecret {
  readonly account: ServiceAccount;
  readonly clientSecret: string;
}

export interface NewServiceAccount {
  readonly clientId: string;
  readonly description: string;
  /** Space-separated roles and scopes, all of them known. */
  readonly grants: string;
}

/** Compared with the secret of an unknown client, so that it takes the same time. */
const NOBODYS_HASH = secretHash(randomSecret());

/** Raises {@link ServiceAccount.generation}, which invalidates all tokens of the account. */
const endTokens = { generation: () => 'generation + 1' };

/** Programs that authenticate with their own secret. A change takes effect at the next request to any process. */
@Injectable()
export class ServiceAccountsService {
  constructor(
    @InjectRepository(ServiceAccount) private readonly accounts: Repository<ServiceAccount>,
    private readonly feed: AccessFeed,
  ) {}

  /** @param id as tokens carry it */
  findById(id: string): Promise<ServiceAccount | null> {
    return this.accounts.findOneBy({ id });
  }

  exists(clientId: string): Promise<boolean> {
    return this.accounts.existsBy({ clientId });
  }

  /** @throws ApiError `not_found` */
  async get(clientId: string): Promise<ServiceAccount> {
    return (await this.accounts.findOneBy({ clientId })) ?? noSuchAccount(clientId);
  }

  /** Accounts in the order of their names, `limit` at most. @param after the client_id after which the page begins */
  page(limit: number, after?: string): Promise<ServiceAccount[]> {
    return this.accounts.find({
      where: after === undefined ? {} : { clientId: MoreThan(after) },
      order: { clientId: 'ASC' },
      take: limit,
    });
  }

  list(): Promise<ServiceAccount[]> {
    return this.accounts.find({ order: { clientId: 'ASC' } });
  }

  /** The account of these credentials. @throws ApiError `invalid_client`, also for a disabled account */
  async authenticate(clientId: string, clientSecret: string): Promise<ServiceAccount> {
    const account = await this.accounts
      .createQueryBuilder('account')
      .addSelect(['account.secretHash', 'account.previousHash'])
      .where({ clientId })
      .getOne();
    const given = secretHash(clientSecret);
    const matches = hashesOf(account).map((hash) => sameHash(hash, given));
    if (!account || account.disabled || !matches.includes(true)) throw new ApiError('invalid_client');
    return account;
  }

  /** @throws ApiError `conflict` */
  async create({ clientId, description, grants }: NewServiceAccount): Promise<WithSecret> {
    const clientSecret = randomSecret();
    const now = new Date().toISOString();
    const account: ServiceAccount = {
      id: randomUUID(),
      clientId,
      description,
      grants,
      disabled: false,
      generation: 1,
      secretHash: secretHash(clientSecret),
      secretCreatedAt: now,
      previousHash: null,
      previousExpiresAt: null,
      createdAt: now,
      updatedAt: now,
    };
    try {
      await this.accounts.insert(account);
    } catch (error) {
      if (isUniqueViolation(error))
        throw new ApiError('conflict', `service account ${clientId} already exists`);
      throw error;
    }
    return { account, clientSecret };
  }

  /**
   * Gives the account a new secret.
   * @param overlapSeconds how long the current secret stays valid. With 0, it and all tokens of the account are
   * rejected from the next request on. An even older secret is always rejected.
   * @throws ApiError `not_found`
   */
  async rotate(clientId: string, overlapSeconds: number): Promise<WithSecret> {
    const clientSecret = randomSecret();
    const now = Date.now();
    const previous =
      overlapSeconds > 0
        ? {
            previousHash: () => 'secret_hash',
            previousExpiresAt: new Date(now + overlapSeconds * 1000).toISOString(),
          }
        : { previousHash: null, previousExpiresAt: null, ...endTokens };
    await this.update(clientId, {
      ...previous,
      secretHash: secretHash(clientSecret),
      secretCreatedAt: new Date(now).toISOString(),
    });
    return { account: await this.get(clientId), clientSecret };
  }

  /** @throws ApiError `not_found` */
  change(
    clientId: string,
    change: Partial<Pick<ServiceAccount, 'description' | 'grants'>>,
  ): Promise<ServiceAccount> {
    return this.update(clientId, change);
  }

  /** Also invalidates the account's tokens if it is disabled. @throws ApiError `not_found` */
  setDisabled(clientId: string, disabled: boolean): Promise<ServiceAccount> {
    return this.update(clientId, { disabled, ...(disabled && endTokens) });
  }

  /** @throws ApiError `not_found` */
  async endTokensOf(id: string): Promise<void> {
    await this.accounts.update({ id }, endTokens);
    this.feed.announce();
  }

  /** @throws ApiError `not_found` */
  async remove(clientId: string): Promise<void> {
    const { affected } = await this.accounts.delete({ clientId });
    if (!affected) noSuchAccount(clientId);
    this.feed.announce();
  }

  private async update(
    clientId: string,
    change: QueryDeepPartialEntity<ServiceAccount>,
  ): Promise<ServiceAccount> {
    const updatedAt = new Date().toISOString();
    const { affected } = await this.accounts.update({ clientId }, { ...change, updatedAt });
    if (!affected) noSuchAccount(clientId);
    this.feed.announce();
    return this.get(clientId);
  }
}

/** The hashes of the valid secrets. */
function hashesOf(account: ServiceAccount | null): string[] {
  if (!account) return [NOBODYS_HASH];
  const { secretHash: current, previousHash, previousExpiresAt } = account;
  const isPreviousGood = previousExpiresAt !== null && previousExpiresAt > new Date().toISOString();
  return previousHash !== null && isPreviousGood ? [current, previousHash] : [current];
}

function noSuchAccount(clientId: string): never {
  throw new ApiError('not_found', `service account ${clientId} not found`);
}
