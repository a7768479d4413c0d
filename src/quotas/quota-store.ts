import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { MoreThan, type Repository } from 'typeorm';
import { ApiError } from '../common/errors.js';
import { type Page, pageOf, type PageRequest } from '../common/page.js';
import { QuotasFeed } from '../database/feeds.js';
import { usernameKey } from '../users/username.js';
import { Quota, type QuotaKind } from './quota.entity.js';

/** What a quota applies to. */
export interface QuotaSubject {
  readonly kind: QuotaKind;
  /** Empty for the default quota. */
  readonly name: string;
}

/** Rows; 0 means unlimited. */
export interface QuotaLimits {
  readonly rowsPerMinute: number;
  readonly rowsPerDay: number;
}

/** "user:ada", "default". */
export const subjectText = ({ kind, name }: QuotaSubject): string =>
  kind === 'default' ? kind : `${kind}:${name}`;

/** The settings in the database. A change applies in all processes from the next request on. */
@Injectable()
export class QuotaStore {
  constructor(
    @InjectRepository(Quota) private readonly quotas: Repository<Quota>,
    private readonly feed: QuotasFeed,
  ) {}

  list(): Promise<Quota[]> {
    return this.quotas.find({ order: { kind: 'ASC', name: 'ASC' } });
  }

  async page({ limit, cursor }: PageRequest): Promise<Page<Quota>> {
    const [kind, name] = (cursor ?? []) as [QuotaKind, string];
    const found = await this.quotas.find({
      where: cursor && [{ kind: MoreThan(kind) }, { kind, name: MoreThan(name) }],
      order: { kind: 'ASC', name: 'ASC' },
      take: limit + 1,
    });
    return pageOf(found, limit, (quota) => [quota.kind, quota.name]);
  }

  /** @throws ApiError `not_found` */
  async get(subject: QuotaSubject): Promise<Quota> {
    const quota = await this.quotas.findOneBy(keyOf(subject));
    if (!quota) throw noQuota(subject);
    return quota;
  }

  async set(subject: QuotaSubject, limits: QuotaLimits): Promise<Quota> {
    const quota = { ...keyOf(subject), ...limits };
    await this.quotas.upsert(quota, ['kind', 'name']);
    this.feed.announce();
    return quota;
  }

  /** @throws ApiError `not_found` */
  async remove(subject: QuotaSubject): Promise<void> {
    const { affected } = await this.quotas.delete(keyOf(subject));
    if (!affected) throw noQuota(subject);
    this.feed.announce();
  }
}

/** A quota applies to the user, however the name is spelled. */
const keyOf = ({ kind, name }: QuotaSubject): QuotaSubject => ({
  kind,
  name: kind === 'user' ? usernameKey(name) : name,
});

const noQuota = (subject: QuotaSubject): ApiError =>
  new ApiError('not_found', `no quota for ${subjectText(subject)}`);
