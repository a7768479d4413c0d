import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { DataSource, LessThan } from 'typeorm';
import { LOGGER } from '../common/logger.module.js';
import { WORKER_PLACE, type WorkerPlace } from '../workers/worker-place.js';
import { PERIODS } from './allowance.js';
import { DayUsage } from './day-usage.entity.js';
import { type Window, Windows } from './windows.js';

const FLUSH_MS = 1_000;
const FLUSH_ROWS = 200;
const KEPT_DAYS = 31;
const DAY_MS = 86_400_000;

/**
 * Stores the use of daily limits in the database, so that it survives a restart and several servers on one
 * database add up. Every second, this server's use is added to the table, and the use of other servers is
 * read from the sum. Workers do not have a ledger: the primary counts for them.
 */
@Injectable()
export class DayLedger implements OnModuleInit, OnApplicationShutdown {
  readonly windows = new Windows((key, endsAt) =>
    endsAt === this.loadedFor ? (this.loaded.get(key) ?? 0) : 0,
  );
  private readonly loaded = new Map<string, number>();
  private loadedFor = 0;
  private timer?: NodeJS.Timeout;
  private flushing: Promise<void> = Promise.resolve();

  constructor(
    private readonly dataSource: DataSource,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(WORKER_PLACE) private readonly place: WorkerPlace,
  ) {}

  async onModuleInit(): Promise<void> {
    if (this.place.primary) return;
    const endsAt = PERIODS.day(Date.now());
    const usage = this.dataSource.getRepository(DayUsage);
    await usage.delete({ day: LessThan(dayOf(endsAt - KEPT_DAYS * DAY_MS)) });
    for (const { subject, used } of await usage.findBy({ day: dayOf(endsAt) }))
      this.loaded.set(subject, used);
    this.loadedFor = endsAt;
    this.timer = setInterval(() => void this.flush(), FLUSH_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    if (!this.timer) return;
    clearInterval(this.timer);
    await this.flush();
  }

  /** One flush at a time. What could not be written is written by the next flush. */
  private flush(): Promise<void> {
    this.flushing = this.flushing
      .then(() => this.write())
      .catch((error: unknown) => this.logger.error({ err: error }, 'failed to store quota usage'));
    return this.flushing;
  }

  private async write(): Promise<void> {
    const changed = [...this.windows.of('day')].filter(({ used, stored }) => used !== stored);
    for (let from = 0; from < changed.length; from += FLUSH_ROWS)
      await this.add(changed.slice(from, from + FLUSH_ROWS));
  }

  private async add(windows: readonly Window[]): Promise<void> {
    const additions = windows.map((window) => ({ window, added: window.used - window.stored }));
    const values = windows.map((_, i) => `($${3 * i + 1}, $${3 * i + 2}, $${3 * i + 3})`).join(', ');
    await this.dataSource.query(
      `INSERT INTO quota_usage (day, subject, used) VALUES ${values} ` +
        'ON CONFLICT (day, subject) DO UPDATE SET used = quota_usage.used + excluded.used',
      additions.flatMap(({ window, added }) => [dayOf(window.endsAt), window.key, added]),
    );
    for (const { window, added } of additions) window.stored += added;
    await this.learn(windows);
  }

  /** Reads what other servers have added. */
  private async learn(windows: readonly Window[]): Promise<void> {
    const rows = await this.dataSource
      .getRepository(DayUsage)
      .findBy(windows.map(({ key, endsAt }) => ({ day: dayOf(endsAt), subject: key })));
    const totals = new Map(rows.map(({ day, subject, used }) => [`${day} ${subject}`, used]));
    for (const window of windows) {
      const others = (totals.get(`${dayOf(window.endsAt)} ${window.key}`) ?? window.stored) - window.stored;
      window.used += others;
      window.stored += others;
    }
  }
}

/** The day that ends at `endsAt`, for example "2026-11-24". */
const dayOf = (endsAt: number): string => new Date(endsAt - 1).toISOString().slice(0, 10);
