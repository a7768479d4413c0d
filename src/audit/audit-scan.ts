import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { AuditRecord } from '../logging/audit-record.entity.js';
import { type Condition, type Conditions, conditionsOf } from './audit-conditions.js';
import type { Position } from './audit-cursor.js';
import type { AuditFilter, Order } from './audit-filter.js';

/** Records in which one statement looks for what no index answers. */
const WINDOW = 2_500;
/** Characters of content that a page of records should have, whatever the records' size. */
const PAGE_CHARACTERS = 4 * 2 ** 20;
const PAGE_RECORDS = 1000;

export interface Step {
  readonly records: readonly AuditRecord[];
  /** Behind the last record looked at; null at the end. */
  readonly position: Position | null;
  /** True when a whole window was looked through. */
  readonly windowDone: boolean;
}

/**
 * Walks the records that match a filter (all of it but its features) by time, in pages of bounded size. No statement
 * reads more than {@link WINDOW} records, so none takes longer because the trail is long.
 */
export class AuditScan {
  private readonly conditions: Conditions;
  private pageRecords = 100;

  constructor(
    private readonly dataSource: DataSource,
    filter: AuditFilter,
    private readonly order: Order,
  ) {
    this.conditions = conditionsOf(filter);
  }

  /** Pages from behind `position` (undefined: from the start), of `limit` records at most. */
  async *steps(position: Position | undefined, limit = PAGE_RECORDS): AsyncGenerator<Step> {
    let after = position;
    for (;;) {
      const boundary = this.conditions.rest.length > 0 ? await this.boundary(after) : null;
      for (;;) {
        const size = Math.min(this.pageRecords, limit);
        const records = await this.page(after, boundary, size);
        const full = records.length === size;
        after = full ? records[records.length - 1] : (boundary ?? after);
        const ended = !full && boundary === null;
        this.adapt(records);
        yield { records, position: ended ? null : placeOf(after!), windowDone: !full };
        if (ended) return;
        if (!full) break;
      }
    }
  }

  /** The last record of the window behind `after`; null when the window reaches to the end. */
  private boundary(after: Position | undefined): Promise<Position | null> {
    return this.ordered(after, this.conditions.leading)
      .select(['record.id', 'record.time'])
      .offset(WINDOW - 1)
      .limit(1)
      .getOne();
  }

  private page(after: Position | undefined, boundary: Position | null, size: number): Promise<AuditRecord[]> {
    const { leading, rest } = this.conditions;
    const query = this.ordered(after, [...leading, ...rest]);
    if (boundary)
      query.andWhere(`(record.time, record.id) ${this.order === 'asc' ? '<=' : '>='} (:endTime, :endId)`, {
        endTime: boundary.time,
        endId: boundary.id,
      });
    return query.limit(size).getMany();
  }

  private ordered(
    after: Position | undefined,
    conditions: readonly Condition[],
  ): SelectQueryBuilder<AuditRecord> {
    const direction = this.order === 'asc' ? 'ASC' : 'DESC';
    const query = this.dataSource
      .getRepository(AuditRecord)
      .createQueryBuilder('record')
      .orderBy('record.time', direction)
      .addOrderBy('record.id', direction);
    for (const { sql, values } of conditions) query.andWhere(sql, values);
    if (after)
      query.andWhere(`(record.time, record.id) ${this.order === 'asc' ? '>' : '<'} (:afterTime, :afterId)`, {
        afterTime: after.time,
        afterId: after.id,
      });
    return query;
  }

  /** Large records come in small pages. */
  private adapt(records: readonly AuditRecord[]): void {
    if (records.length === 0) return;
    const fitting = Math.floor((PAGE_CHARACTERS * records.length) / charactersOf(records));
    this.pageRecords = Math.max(1, Math.min(PAGE_RECORDS, this.pageRecords * 4, fitting));
  }
}

const placeOf = ({ time, id }: Position): Position => ({ time, id });

/** What the records hold of inputs and outputs, with an allowance for the rest. */
export const charactersOf = (records: readonly AuditRecord[]): number =>
  records.reduce(
    (sum, { request, response }) => sum + (request?.length ?? 0) + (response?.length ?? 0) + 1000,
    0,
  );
