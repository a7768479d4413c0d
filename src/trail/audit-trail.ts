import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { auditAppended, auditCommitted } from '../common/events.js';
import { LOGGER } from '../common/logger.module.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { installationId } from '../database/installation.js';
import { WORKER_PLACE, type WorkerPlace } from '../workers/worker-place.js';
import type { AuditEntry } from './audit-draft.js';
import { AuditKeys } from './audit-keys.js';
import { openAuditSink } from './open-sink.js';
import { AuditWriter } from './audit-writer.js';

/** The only way to write to the audit trail. */
@Injectable()
export class AuditTrail implements OnModuleInit, OnApplicationShutdown {
  private writer!: AuditWriter;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(WORKER_PLACE) private readonly place: WorkerPlace,
    private readonly keys: AuditKeys,
  ) {}

  async onModuleInit(): Promise<void> {
    const writer = `${installationId(this.config.dataDir)}/${this.place.number}`;
    this.writer = await AuditWriter.open(
      await openAuditSink(this.config, writer),
      writer,
      this.keys.mac,
      (records, milliseconds, failed) => auditCommitted.publish({ records, milliseconds, failed }),
      this.config.workers > 1,
    );
  }

  /** Number of records waiting for a commit. */
  get queueLength(): number {
    return this.writer.queueLength;
  }

  /** Resolves when the record is on disk. @throws ApiError `audit_unavailable` */
  append(entry: AuditEntry): Promise<void> {
    return auditAppended.isWatched ? this.appendWatched(entry) : this.writer.append(entry);
  }

  /** For records that no response waits for. A failure is logged, not thrown. */
  note(entry: AuditEntry): void {
    this.append(entry).catch((error: Error) =>
      this.logger.error({ err: error.cause ?? error }, 'lost an audit record'),
    );
  }

  /** Resolves when readers of the table see every record that was appended before. */
  settle(): Promise<void> {
    return this.writer.settle();
  }

  private async appendWatched(entry: AuditEntry): Promise<void> {
    const startedAt = performance.now();
    let failed = true;
    try {
      await this.writer.append(entry);
      failed = false;
    } finally {
      auditAppended.publish({ startedAt, endedAt: performance.now(), failed });
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.writer.close();
  }
}
