import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { AuditRecord } from '../trail/audit-record.entity.js';

/** Records per read. Few, because each may contain a whole body. */
const PAGE = 200;

/** Maximum of PostgreSQL's integer. */
const MAX_ID = 2 ** 31 - 1;

/** The trail by writer, with each writer's records in chain order. */
@Injectable()
export class AuditChains {
  constructor(@InjectRepository(AuditRecord) private readonly records: Repository<AuditRecord>) {}

  /** All writers, with one index step for each. */
  async writers(): Promise<string[]> {
    const writers: string[] = [];
    for (;;) {
      const next = await this.records
        .createQueryBuilder('record')
        .select(['record.id', 'record.writer'])
        .where('record.writer > :last', { last: writers.at(-1) ?? '' })
        .orderBy('record.writer')
        .limit(1)
        .getOne();
      if (!next) return writers;
      writers.push(next.writer);
    }
  }

  /** The last record of a chain. */
  head(writer: string): Promise<AuditRecord | null> {
    return this.records.findOne({ where: { writer }, order: { seq: 'DESC' } });
  }

  at(writer: string, seq: number): Promise<AuditRecord | null> {
    return this.records.findOneBy({ writer, seq });
  }

  /**
   * The records after `seq`, in order, in constant memory. If two records have the same position, both are
   * returned.
   */
  async *after(writer: string, seq: number): AsyncGenerator<AuditRecord> {
    for (let last = { seq, id: MAX_ID }; ;) {
      const page = await this.records
        .createQueryBuilder('record')
        .where('record.writer = :writer', { writer })
        .andWhere('record.seq >= :seq AND (record.seq > :seq OR record.id > :id)', last)
        .orderBy('record.seq')
        .addOrderBy('record.id')
        .limit(PAGE)
        .getMany();
      yield* page;
      const end = page[PAGE - 1];
      if (!end) return;
      last = end;
    }
  }
}
