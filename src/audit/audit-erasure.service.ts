import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { DataSource, type Repository } from 'typeorm';
import { AuditRecord } from '../trail/audit-record.entity.js';
import { emptyWriteAheadLog, overwriteDeleted } from './freed-space.js';

/** Whose inputs and outputs are to go. */
export interface ErasureRequest {
  /** The business id of `x-subject-id`. */
  readonly subject?: string;
  /** The name of a user. */
  readonly user?: string;
  /** ISO 8601, UTC, milliseconds: records from then on stay. */
  readonly before?: string;
}

export interface Erasure {
  readonly erased: number;
  /** False when records, or copies of their contents in SQLite's write-ahead log, are left for a further call. */
  readonly complete: boolean;
}

const BATCH = 500;
/** Records of one call. */
const LIMIT = 10_000;

/** What a record holds of inputs and outputs, and the salt, without which the digest tells nothing of them. */
const NOTHING = {
  request: null,
  response: null,
  requestHeaders: null,
  contentSalt: null,
} as const;

/** Erases contents; the records, their digests and the chain stay, and so does all of what administrators did. */
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
        // One that another call erased in the meantime is not counted twice.
        const { affected } = await this.records
          .createQueryBuilder()
          .update()
          .set(NOTHING)
          .where('id IN (:...ids) AND content_salt IS NOT NULL', { ids })
          .execute();
        erased += affected ?? 0;
      }
    } while (ids.length === BATCH && erased < LIMIT);
    // Even where nothing was left to erase: the call before may have left the log.
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
