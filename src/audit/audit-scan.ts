import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { AuditRecord } from '../trail/audit-record.entity.js';
import { type Condition, type Conditions, conditionsOf } from './audit-conditions.js';
import type { Position } from './audit-cursor.js';
import type { AuditFilter, Order } from './audit-filter.js';

/** Maximum records that one statement examines for conditions without an index. */
const WINDOW = 2_500;
/** Maximum records that one statement finds; it reads only their positions. */
const FOUND = 500;
/**
 * Maximum records of a page, and bytes of content after which a page ends. Reading and writing a page takes
 * about 4 ms of the event loop, during which no prediction is answered, and leaves only short-lived objects.
 */
const PAGE_RECORDS = 100;
const PAGE_OCTETS = 256 * 2 ** 10;

export interface Step {
  readonly records: readonly AuditRecord[];
  /** Bytes of the records' content. */
  readonly octets: number;
  /** Position after the last examined record; null at the end. */
  readonly position: Position | null;
  /** True if a whole window was examined. */
  readonly windowDone: boolean;
}

/** A record's position, and the size of its content. */
interface Place extends Position {
  readonly octets: number;
}

/**
 * Walks through the records that match a filter (without its features) by time, in pages of bounded size. No
 * statement examines more than {@link WINDOW} records, so its time does not depend on the length of the
 * trail.
 */
export class AuditScan {
  private readonly conditions: Conditions;

  constructor(
    private readonly dataSource: DataSource,
    filter: AuditFilter,
    private readonly order: Order,
  ) {
    this.conditions = conditionsOf(filter);
  }

  /** Pages after `position` (undefined: from the start). At most `limit` records are found at once. */
  async *steps(position: Position | undefined, limit = FOUND): AsyncGenerator<Step> {
    let after = position;
    for (;;) {
      const boundary = this.conditions.rest.length > 0 ? await this.boundary(after) : null;
      for (let full = true; full;) {
        const places = await this.places(after, boundary, limit);
        full = places.length === limit;
        const pages = pagesOf(places);
        for (const page of pages) {
          const windowDone = !full && page === pages.at(-1);
          const ended = windowDone && boundary === null;
          after = windowDone ? (boundary ?? after) : page.at(-1);
          yield { ...(await this.content(page)), position: ended ? null : placeOf(after!), windowDone };
          if (ended) return;
        }
      }
    }
  }

  /** The last record of the window after `after`; null if the window reaches the end. */
  private boundary(after: Position | undefined): Promise<Position | null> {
    return this.ordered(after, this.conditions.leading)
      .select(['record.id', 'record.time'])
      .offset(WINDOW - 1)
      .limit(1)
      .getOne();
  }

  /**
   * Positions of the next matching records. Their content is not read, because its length is stored
   * separately.
   */
  private places(after: Position | undefined, boundary: Position | null, limit: number): Promise<Place[]> {
    const { leading, rest } = this.conditions;
    const query = this.ordered(after, [...leading, ...rest]);
    if (boundary)
      query.andWhere(`(record.time, record.id) ${this.order === 'asc' ? '<=' : '>='} (:endTime, :endId)`, {
        endTime: boundary.time,
        endId: boundary.id,
      });
    return query
      .select('record.id', 'id')
      .addSelect('record.time', 'time')
      .addSelect(OCTETS, 'octets')
      .limit(limit)
      .getRawMany<Place>();
  }

  /** The records of a page, as plain rows. Creating entities would add half of an export's total cost. */
  private async content(page: readonly Place[]): Promise<{ records: AuditRecord[]; octets: number }> {
    if (page.length === 0) return { records: [], octets: 0 };
    const query = this.records()
      .select([])
      .where('record.id IN (:...ids)', { ids: page.map(({ id }) => id) });
    for (const { propertyName } of this.dataSource.getMetadata(AuditRecord).columns)
      query.addSelect(`record.${propertyName}`, propertyName);
    const rows = await query.getRawMany<AuditRecord>();
    const byId = new Map(rows.map((row) => [row.id, row]));
    return {
      // A record that was removed in the meantime is left out.
      records: page.flatMap(({ id }) => byId.get(id) ?? []),
      octets: octetsOf(page),
    };
  }

  private ordered(
    after: Position | undefined,
    conditions: readonly Condition[],
  ): SelectQueryBuilder<AuditRecord> {
    const direction = this.order === 'asc' ? 'ASC' : 'DESC';
    const query = this.records().orderBy('record.time', direction).addOrderBy('record.id', direction);
    for (const { sql, values } of conditions) query.andWhere(sql, values);
    if (after)
      query.andWhere(`(record.time, record.id) ${this.order === 'asc' ? '>' : '<'} (:afterTime, :afterId)`, {
        afterTime: after.time,
        afterId: after.id,
      });
    return query;
  }

  private records(): SelectQueryBuilder<AuditRecord> {
    return this.dataSource.getRepository(AuditRecord).createQueryBuilder('record');
  }
}

const placeOf = ({ time, id }: Position): Position => ({ time, id });

const OCTETS = ['request', 'response', 'flags']
  .map((name) => `COALESCE(octet_length(record.${name}), 0)`)
  .join(' + ');

const octetsOf = (places: readonly Place[]): number => places.reduce((sum, { octets }) => sum + octets, 0);

/** Splits positions into pages: at least one, and only the only one may be empty. */
function pagesOf(places: readonly Place[]): Place[][] {
  const pages: Place[][] = [[]];
  let room = PAGE_OCTETS;
  for (const place of places) {
    if (room <= 0 || pages.at(-1)!.length === PAGE_RECORDS) {
      pages.push([]);
      room = PAGE_OCTETS;
    }
    pages.at(-1)!.push(place);
    room -= place.octets;
  }
  return pages;
}
