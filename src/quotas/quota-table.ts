import { Inject, Injectable } from '@nestjs/common';
import type { Actor } from '../common/actor.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { QuotasFeed } from '../database/feeds.js';
import { usernameKey } from '../users/username.js';
import { type QuotaLimits, QuotaStore, type QuotaSubject, subjectText } from './quota-store.js';

/** Quotas go by the kind and the name of an actor. */
export type QuotaActor = Pick<Actor, 'kind' | 'name'>;

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

  /** The quotas that apply to an actor's rows for a model, as of the last {@link refresh}. */
  applicable(actor: QuotaActor, model?: string): ApplicableQuota[] {
    const { rowsPerMinute, rowsPerDay } = this.configured;
    if (this.quotas.size === 0 && !rowsPerMinute && !rowsPerDay) return [];
    const caller = subjectOf(actor);
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

const subjectOf = ({ kind, name }: QuotaActor): QuotaSubject =>
  kind === 'user' ? { kind, name: usernameKey(name) } : { kind, name };
