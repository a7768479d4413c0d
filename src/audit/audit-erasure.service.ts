import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { DataSource, type Repository } from 'typeorm';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { AuditRecord } from '../trail/audit-record.entity.js';
import { ErasureHooks, type ErasureRequest, namesOf } from '../trail/erasure.js';
import { wipeJournals } from '../trail/store/journal/journal-wiping.js';
import { emptyWriteAheadLog } from './freed-space.js';

export interface Erasure {
  readonly erased: number;
  /** Batch jobs that were deleted with their files. */
  readonly jobs: number;
  /**
   * False if another call is needed: records remain, a job is not finished, or a copy in SQLite's write-ahead log or a
   * journal could not be removed.
   */
  readonly complete: boolean;
}

const BATCH = 500;
/** Maximum records per call. */
const LIMIT = 10_000;

/** The inputs and outputs of a record, and the salt, without which the digest reveals nothing about them. */
const NOTHING = {
  request: null,
  response: null,
  requestHeaders: null,
  contentSalt: null,
} as const;

/**
 * Erases contents. The records, their digests and the chain remain, and so do all records of administration.
 */
@Injectable()
export class AuditErasure {
  constructor(
    @InjectRepository(AuditRecord) private readonly records: Repository<AuditRecord>,
    private readonly dataSource: DataSource,
    private readonly hooks: ErasureHooks,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async erase(request: ErasureRequest): Promise<Erasure> {
    let jobs = 0;
    let left = 0;
    for (const hook of this.hooks.all) {
      const found = await hook(request);
      jobs += found.deleted;
      left += found.left;
    }
    const first = await this.eraseRecords(request);
    const isWiped = await wipeJournals(this.config);
    // Records that came to the table from the journals of other processes in the meantime.
    const second = first.complete ? await this.eraseRecords(request) : first;
    return {
      erased: first.complete ? first.erased + second.erased : first.erased,
      jobs,
      complete: isWiped && left === 0 && second.complete,
    };
  }

  private async eraseRecords(request: ErasureRequest): Promise<Pick<Erasure, 'erased' | 'complete'>> {
    let erased = 0;
    let ids: number[];
    do {
      ids = await this.find(request);
      if (ids.length > 0) {
        // A record that another call erased in the meantime is not counted twice.
        const { affected } = await this.records
          .createQueryBuilder()
          .update()
          .set(NOTHING)
          .where('id IN (:...ids) AND content_salt IS NOT NULL', { ids })
          .execute();
        erased += affected ?? 0;
      }
    } while (ids.length === BATCH && erased < LIMIT);
    // Also if there was nothing left to erase, because the previous call may not have emptied the log.
    const isEmptied = await emptyWriteAheadLog(this.dataSource);
    return { erased, complete: isEmptied && ids.length < BATCH };
  }

  private async find(request: ErasureRequest): Promise<number[]> {
    const { subject, user, actorKind = 'user', actorId, before } = request;
    const names = user === undefined ? [] : namesOf(user, await this.names());
    if (user !== undefined && names.length === 0) return [];
    const query = this.records
      .createQueryBuilder('record')
      .select('record.id')
      .where("record.contentSalt IS NOT NULL AND record.kind <> 'administration'")
      .limit(BATCH);
    if (subject !== undefined) query.andWhere('record.subject = :subject', { subject });
    // The record of a caller who did not prove to be one has a name only.
    if (user !== undefined)
      query.andWhere(
        'record.username IN (:...names) AND (record.actorKind = :actorKind OR record.actorKind IS NULL)',
        { names, actorKind },
      );
    if (actorId !== undefined)
      query.andWhere('record.actorId = :actorId AND record.actorKind = :actorKind', { actorId, actorKind });
    if (before !== undefined) query.andWhere('record.time < :before', { before });
    return (await query.getMany()).map(({ id }) => id);
  }

  /** All names in the trail, with one index step for each. */
  private async names(): Promise<string[]> {
    const names: string[] = [];
    for (;;) {
      const next = await this.records
        .createQueryBuilder('record')
        .select(['record.id', 'record.username'])
        .where('record.username > :last', { last: names.at(-1) ?? '' })
        .orderBy('record.username')
        .limit(1)
        .getOne();
      if (!next) return names;
      names.push(next.username!);
    }
  }
}
