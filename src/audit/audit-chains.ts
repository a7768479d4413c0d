import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { AuditRecord } from '../trail/audit-record.entity.js';

/** Records read at once: few, for each may hold a whole body. */
const PAGE = 200;

/** The largest that PostgreSQL's integer holds. */
const MAX_ID = 2 ** 31 - 1;

/** The trail by writer, each one's records in the order of its chain. */
@Injectable()
export class AuditChains {
  constructor(@InjectRepository(AuditRecord) private readonly records: Repository<AuditRecord>) {}

  /** All writers; one step in the chains' index for each. */
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

  /** The records behind `seq`, in order, in constant memory. A place taken twice shows both. */
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
