import { Injectable } from '@nestjs/common';
import { mapPage, type Page } from '../common/page.js';
import { QuotaStore, type QuotaSubject } from './quota-store.js';
import { type QuotaLimitsBody, type QuotaQuery, quotaView, type QuotaView } from './quotas.schema.js';

/** What administrators do to quotas by HTTP. Methods that name a quota throw ApiError `not_found`. */
@Injectable()
export class QuotaAdministration {
  constructor(private readonly quotas: QuotaStore) {}

  async page(query: QuotaQuery): Promise<Page<QuotaView>> {
    return mapPage(await this.quotas.page(query), quotaView);
  }

  async get(subject: QuotaSubject): Promise<QuotaView> {
    return quotaView(await this.quotas.get(subject));
  }

  async set(subject: QuotaSubject, body: QuotaLimitsBody): Promise<QuotaView> {
    const limits = { rowsPerMinute: body.rows_per_minute, rowsPerDay: body.rows_per_day };
    return quotaView(await this.quotas.set(subject, limits));
  }

  remove(subject: QuotaSubject): Promise<void> {
    return this.quotas.remove(subject);
  }
}
