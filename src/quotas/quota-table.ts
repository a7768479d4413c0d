import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '../common/principal.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { QuotasFeed } from '../database/feeds.js';
import { usernameKey } from '../users/username.js';
import { type QuotaLimits, QuotaStore, type QuotaSubject, subjectText } from './quota-store.js';

/** The owner of the counted rows. */
export type Caller = Pick<Principal, 'kind' | 'username'> & { readonly clientId?: string | null };

export interface ApplicableQuota extends QuotaLimits {
  readonly subject: QuotaSubject;
}

/** The settings in memory, reloaded after a change in any process. */
@Injectable()
export class QuotaTable {
  private quotas = new Map<string, QuotaLimits>();
  private version = -1;
  private readonly configured: QuotaLimits;

  constructor(
    private readonly store: QuotaStore,
    private readonly feed: QuotasFeed,
    @Inject(CONFIG) config: Config,
  ) {
    this.configured = { rowsPerMinute: config.quotaRowsPerMinute, rowsPerDay: config.quotaRowsPerDay };
  }

  /** Resolves when the settings are current. Undefined if they already are. */
  refresh(): Promise<void> | undefined {
    return this.feed.version() === this.version ? undefined : this.load();
  }

  /** The quotas that apply to a principal's rows for a model, as of the last {@link refresh}. */
  applicable(principal: Caller, model?: string): ApplicableQuota[] {
    const { rowsPerMinute, rowsPerDay } = this.configured;
    if (this.quotas.size === 0 && !rowsPerMinute && !rowsPerDay) return [];
    const caller = callerOf(principal);
    const limits = this.quotas.get(subjectText(caller)) ?? this.quotas.get('default') ?? this.configured;
    const quotas = limits.rowsPerMinute || limits.rowsPerDay ? [{ subject: caller, ...limits }] : [];
    const ofModel = model === undefined ? undefined : this.quotas.get(`model:${model}`);
    if (ofModel) quotas.push({ subject: { kind: 'model', name: model! }, ...ofModel });
    return quotas;
  }

  private async load(): Promise<void> {
    const version = this.feed.version();
    const rows = await this.store.list();
    this.quotas = new Map(rows.map((row) => [subjectText(row), row]));
    this.version = version;
  }
}

/** Quotas name a service account by its client id. */
const callerOf = ({ kind, username, clientId }: Caller): QuotaSubject =>
  kind === 'service'
    ? { kind: 'service_account', name: clientId! }
    : { kind: 'user', name: usernameKey(username) };
