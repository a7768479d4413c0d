import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThanOrEqual, type Repository } from 'typeorm';
import { AccessFeed } from '../../database/feeds.js';
import { RevokedToken } from './revoked-token.entity.js';
import { ServiceAccountsService } from './service-accounts.service.js';

/** Revoked tokens that are remembered per account. If there are more, all tokens of the account are revoked instead. */
const LIMIT = 1000;

/** Tokens of service accounts that were revoked one by one. Each is remembered until it would have expired. */
@Injectable()
export class RevokedTokens {
  constructor(
    @InjectRepository(RevokedToken) private readonly revoked: Repository<RevokedToken>,
    private readonly accounts: ServiceAccountsService,
    private readonly feed: AccessFeed,
  ) {}

  has(tokenId: string): Promise<boolean> {
    return this.revoked.existsBy({ id: tokenId });
  }

  /** @param expiresAt epoch seconds */
  async add(tokenId: string, accountId: string, expiresAt: number): Promise<void> {
    await this.revoked.delete({ expiresAt: LessThanOrEqual(new Date().toISOString()) });
    if ((await this.revoked.countBy({ accountId })) >= LIMIT) return this.accounts.endTokensOf(accountId);
    const row = { id: tokenId, accountId, expiresAt: new Date(expiresAt * 1000).toISOString() };
    await this.revoked.createQueryBuilder().insert().values(row).orIgnore().execute();
    this.feed.announce();
  }
}
