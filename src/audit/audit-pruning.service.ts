import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { DataSource, LessThanOrEqual, type Repository } from 'typeorm';
import { ApiError } from '../common/errors.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { isLockHeld, type Release, takeLock } from '../database/exclusive-lock.js';
import { AuditRecord } from '../trail/audit-record.entity.js';
import { AuditCheckpoints } from './audit-checkpoints.service.js';
import { emptyWriteAheadLog } from './freed-space.js';

/** Records per statement, which blocks the database for some milliseconds. */
const BATCH = 500;
/** Pause between two statements, so that the writer gets its turn. */
const PAUSE_MS = 5;

type Place = Pick<AuditRecord, 'id' | 'writer' | 'seq' | 'hash' | 'time'>;

/** Removes the oldest records of each chain, and attests where the chain then begins. */
@Injectable()
export class AuditPruning {
  private readonly lockPath: string;

  constructor(
    @InjectRepository(AuditRecord) private readonly records: Repository<AuditRecord>,
    private readonly dataSource: DataSource,
    private readonly checkpoints: AuditCheckpoints,
    @Inject(CONFIG) config: Config,
  ) {
    this.lockPath = join(config.dataDir, 'prune.lock');
  }

  /**
   * Removes the records of this installation's chains that are older than `before`, except each chain's last
   * one, which the chain continues from.
   * @param before ISO 8601, UTC, milliseconds
   * @param goesOn called before each batch; false stops
   * @returns number of removed records
   * @throws ApiError `conflict` if another process is pruning
   */
  async prune(before: string, goesOn: () => boolean = () => true): Promise<number> {
    const release = await this.lock();
    try {
      let removed = 0;
      for (const writer of await this.checkpoints.ourWriters())
        removed += await this.pruneChain(writer, before, goesOn);
      if (removed > 0) await emptyWriteAheadLog(this.dataSource);
      return removed;
    } finally {
      await release();
    }
  }

  private async pruneChain(writer: string, before: string, goesOn: () => boolean): Promise<number> {
    for (let removed = 0; ;) {
      const last = goesOn() ? await this.lastOfOldest(writer, before) : undefined;
      if (!last) return removed;
      // Attested first: after a crash in between, records exist that are attested as removed, but there is
      // never a gap.
      await this.checkpoints.attestPruned(last);
      const { affected } = await this.records.delete({ writer, seq: LessThanOrEqual(last.seq) });
      removed += affected ?? 0;
      await sleep(PAUSE_MS);
    }
  }

  /** The last of the old records at the chain's beginning, in one batch. */
  private async lastOfOldest(writer: string, before: string): Promise<Place | undefined> {
    const oldest: Place[] = await this.records.find({
      select: { id: true, writer: true, seq: true, hash: true, time: true },
      where: { writer },
      order: { seq: 'ASC' },
      take: BATCH + 1,
    });
    const kept = oldest.findIndex(({ time }) => time >= before);
    return oldest[(kept === -1 ? oldest.length - 1 : kept) - 1];
  }

  private async lock(): Promise<Release> {
    try {
      return await takeLock(this.lockPath);
    } catch (error) {
      if (isLockHeld(error)) throw new ApiError('conflict', 'another process is pruning the audit trail');
      throw error;
    }
  }
}
