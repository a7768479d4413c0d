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
import { lastRequest, noteWiped } from './store/journal/journal-wiping.js';

/** Interval at which a process looks for requests to wipe its journals. */
const WIPE_EVERY_MS = 100;

/** The only way to write to the audit trail. */
@Injectable()
export class AuditTrail implements OnModuleInit, OnApplicationShutdown {
  private writer!: AuditWriter;
  private timer?: NodeJS.Timeout;
  /** The last request to wipe journals that was carried out. */
  private wiped = 0;
  private isWiping = false;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(WORKER_PLACE) private readonly place: WorkerPlace,
    private readonly keys: AuditKeys,
  ) {}

  async onModuleInit(): Promise<void> {
    const request = lastRequest(this.config.dataDir);
    const writer = `${installationId(this.config.dataDir)}/${this.place.number}`;
    this.writer = await AuditWriter.open(
      await openAuditSink(this.config, writer),
      writer,
      this.keys.mac,
      (records, milliseconds, failed) => auditCommitted.publish({ records, milliseconds, failed }),
      this.config.workers > 1,
    );
    if (this.config.databaseUrl) return;
    // Opening the journals has wiped them.
    this.noteWiped(request);
    this.timer = setInterval(() => void this.wipeOnRequest(), WIPE_EVERY_MS);
    this.timer.unref();
  }

  private noteWiped(request: number): void {
    this.wiped = request;
    noteWiped(this.config.dataDir, this.place.number, request);
  }

  private async wipeOnRequest(): Promise<void> {
    const request = lastRequest(this.config.dataDir);
    if (request === this.wiped || this.isWiping) return;
    this.isWiping = true;
    try {
      await this.writer.wipe();
      this.noteWiped(request);
    } catch (error) {
      this.logger.error({ err: error }, 'could not wipe the journals of the audit trail');
    } finally {
      this.isWiping = false;
    }
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
    clearInterval(this.timer);
    await this.writer.close();
  }
}
