import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { DataSource, type Repository } from 'typeorm';
import { ApiError } from '../common/errors.js';
import type { Page } from '../common/page.js';
import { AuditRecord } from '../trail/audit-record.entity.js';
import { type RecordView, recordView } from '../trail/audit-export.js';
import { type Position, encodeCursor } from './audit-cursor.js';
import type { AuditFilter, Order } from './audit-filter.js';
import { AuditScan } from './audit-scan.js';
import { FeatureMatcher } from './feature-matcher.js';

export interface PageOptions {
  readonly order: Order;
  readonly limit: number;
  readonly cursor?: Position;
}

/**
 * Maximum records whose inputs one request reads for feature filters, and maximum bytes of content it
 * returns.
 */
const LOOKED_THROUGH = 500;
const OCTETS = 16 * 2 ** 20;

/** Queries the audit trail. */
@Injectable()
export class AuditQuery {
  constructor(
    @InjectRepository(AuditRecord) private readonly records: Repository<AuditRecord>,
    private readonly dataSource: DataSource,
    private readonly features: FeatureMatcher,
  ) {}

  /** One page of the records that match, which may be short before the end; the work it costs is bounded, however long the trail is. */
  async page(filter: AuditFilter, { order, limit, cursor }: PageOptions): Promise<Page<RecordView>> {
    const found: AuditRecord[] = [];
    let looked = 0;
    let octets = 0;
    let next: Position | null = cursor ?? null;
    const reach = filter.features.length > 0 ? LOOKED_THROUGH : limit;
    for await (const step of new AuditScan(this.dataSource, filter, order).steps(cursor, reach)) {
      const matching = await this.matching(step.records, filter);
      const taken = matching.slice(0, limit - found.length);
      found.push(...taken);
      looked += step.records.length;
      octets += step.octets;
      next = taken.length < matching.length ? (taken.at(-1) ?? next) : step.position;
      if (found.length >= limit || step.windowDone || looked >= reach || octets >= OCTETS) break;
    }
    return { items: found.map(recordView), next: next && encodeCursor(next) };
  }

  /** All matching records, in small pages that are read on demand. */
  async *pages(filter: AuditFilter, order: Order = 'asc'): AsyncGenerator<readonly AuditRecord[]> {
    for await (const { records } of new AuditScan(this.dataSource, filter, order).steps(undefined))
      yield await this.matching(records, filter);
  }

  /** @throws ApiError `not_found` */
  async get(id: number): Promise<AuditRecord> {
    const record = await this.records.findOneBy({ id });
    if (!record) throw new ApiError('not_found', `audit record ${id} not found`);
    return record;
  }

  private async matching(
    records: readonly AuditRecord[],
    { features }: AuditFilter,
  ): Promise<readonly AuditRecord[]> {
    return features.length === 0 ? records : this.features.matching(records, features);
  }
}
