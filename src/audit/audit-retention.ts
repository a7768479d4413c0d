import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { ApiError } from '../common/errors.js';
import { LOGGER } from '../common/logger.module.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { AuditTrail } from '../trail/audit-trail.js';
import { AuditPruning } from './audit-pruning.service.js';

const INTERVAL_MS = 60 * 60 * 1000;
const DAY_MS = 24 * INTERVAL_MS;

/** If a retention period is set, a server prunes the trail at start and then every hour. */
@Injectable()
export class AuditRetention implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer?: NodeJS.Timeout;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly pruning: AuditPruning,
    private readonly trail: AuditTrail,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const days = this.config.auditRetentionDays;
    if (days === undefined) return;
    const start = (): void => void (this.running = this.prune(days));
    this.timer = setInterval(start, INTERVAL_MS);
    this.timer.unref();
    start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
  }

  private async prune(days: number): Promise<void> {
    const before = new Date(Date.now() - days * DAY_MS).toISOString();
    try {
      const removed = await this.pruning.prune(before, () => !this.stopped);
      if (removed === 0) return;
      this.logger.info({ removed, before }, 'removed old audit records');
      await this.trail.append({
        time: new Date().toISOString(),
        kind: 'administration',
        action: 'audit.prune',
        method: 'retention',
        request: JSON.stringify({ before, removed }),
      });
    } catch (error) {
      // Another process on this data directory is pruning.
      if (error instanceof ApiError && error.code === 'conflict') return;
      this.logger.error({ err: error }, 'could not remove old audit records');
    }
  }
}
