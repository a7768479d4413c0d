import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { DataSource, type Repository } from 'typeorm';
import { AuditRecord } from '../trail/audit-record.entity.js';
import { emptyWriteAheadLog, overwriteDeleted } from './freed-space.js';

/** Selects the records whose content is erased. */
export interface ErasureRequest {
  /** The business id of `x-subject-id`. */
  readonly subject?: string;
  /** A user name. */
  readonly user?: string;
  /** ISO 8601, UTC, milliseconds: only records before this time. */
  readonly before?: string;
}

export interface Erasure {
  readonly erased: number;
  /** False if another call is needed, for remaining records or for copies in SQLite's write-ahead log. */
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
  ) {}

  async erase(request: ErasureRequest): Promise<Erasure> {
    await overwriteDeleted(this.dataSource);
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

  private async find({ subject, user, before }: ErasureRequest): Promise<number[]> {
    const query = this.records
      .createQueryBuilder('record')
      .select('record.id')
      .where("record.contentSalt IS NOT NULL AND record.kind <> 'administration'")
      .limit(BATCH);
    if (subject !== undefined) query.andWhere('record.subject = :subject', { subject });
    if (user !== undefined) query.andWhere('record.username = :user', { user });
    if (before !== undefined) query.andWhere('record.time < :before', { before });
    return (await query.getMany()).map(({ id }) => id);
  }
}
