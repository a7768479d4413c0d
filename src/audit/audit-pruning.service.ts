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
import { emptyWriteAheadLog, overwriteDeleted } from './freed-space.js';

/** Records removed by one statement: it holds the database for some milliseconds. */
const BATCH = 500;
/** Between two statements the writer has its turn. */
const PAUSE_MS = 5;

type Place = Pick<AuditRecord, 'id' | 'writer' | 'seq' | 'hash' | 'time'>;

/** Removes the oldest records of each chain, and attests where the chain begins then. */
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
   * Removes the records of our chains that are older than `before`, save each chain's last one: the chain goes on
   * behind it.
   * @param before ISO 8601, UTC, milliseconds
   * @param goesOn asked before each batch
   * @returns how many were removed
   * @throws ApiError `conflict` when another process is at it
   */
  async prune(before: string, goesOn: () => boolean = () => true): Promise<number> {
    const release = await this.lock();
    try {
      await overwriteDeleted(this.dataSource);
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
      // The statement comes first: a death in between leaves records that are attested as removed, never a gap.
      await this.checkpoints.attestPruned(last);
      const { affected } = await this.records.delete({ writer, seq: LessThanOrEqual(last.seq) });
      removed += affected ?? 0;
      await sleep(PAUSE_MS);
    }
  }

  /** The last of the records at the chain's beginning that are old enough, a batch of them at most. */
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
