import { Body, Controller, Delete, Get, Param, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Auth } from '../auth/gate/auth.decorator.js';
import { Operation } from '../common/operation.js';
import type { Page } from '../common/page.js';
import { Administers } from '../logging/administration.js';
import { QuotaAdministration } from './quota-administration.js';
import { type QuotaSubject, subjectText } from './quota-store.js';
import {
  QUOTA,
  QUOTA_LIMITS,
  QUOTA_PAGE,
  QUOTA_PATH,
  QUOTA_QUERY,
  type QuotaLimitsBody,
  type QuotaPath,
  type QuotaQuery,
  type QuotaView,
} from './quotas.schema.js';

const DEFAULT: QuotaSubject = { kind: 'default', name: '' };
const targetDefault = (): string => subjectText(DEFAULT);
const target = (params: Readonly<Record<string, string>>): string => `${params.kind}:${params.name}`;

@ApiTags('Quotas')
@Controller('v1/quotas')
export class QuotasController {
  constructor(private readonly quotas: QuotaAdministration) {}

  @Get()
  @Auth('users:admin')
  @Operation({
    summary: 'List quotas',
    returns: 'A page of quotas, by kind and name',
    schema: QUOTA_PAGE,
  })
  listQuotas(@Query({ schema: QUOTA_QUERY }) query: QuotaQuery): Promise<Page<QuotaView>> {
    return this.quotas.page(query);
  }

  @Get('default')
  @Auth('users:admin')
  @Operation({
    summary: 'Show the default quota',
    description: 'It applies to callers that have no quota of their own.',
    returns: 'The quota',
    schema: QUOTA,
    errors: ['not_found'],
  })
  getDefaultQuota(): Promise<QuotaView> {
    return this.quotas.get(DEFAULT);
  }

  @Put('default')
  @Auth('users:admin')
  @Administers('quota.set', targetDefault)
  @Operation({
    summary: 'Set the default quota',
    description: 'It replaces MODELGATE_QUOTA_ROWS_PER_MINUTE and MODELGATE_QUOTA_ROWS_PER_DAY.',
    returns: 'The quota',
    schema: QUOTA,
  })
  setDefaultQuota(@Body({ schema: QUOTA_LIMITS }) limits: QuotaLimitsBody): Promise<QuotaView> {
    return this.quotas.set(DEFAULT, limits);
  }

  @Delete('default')
  @Auth('users:admin')
  @Administers('quota.remove', targetDefault)
  @Operation({
    summary: 'Remove the default quota',
    description: 'The settings apply again.',
    status: 204,
    returns: 'Removed',
    errors: ['not_found'],
  })
  removeDefaultQuota(): Promise<void> {
    return this.quotas.remove(DEFAULT);
  }

  @Get(':kind/:name')
  @Auth('users:admin')
  @Operation({
    summary: 'Show the quota of an actor or a model',
    returns: 'The quota',
    schema: QUOTA,
    errors: ['not_found', 'validation_failed'],
  })
  getQuota(@Param({ schema: QUOTA_PATH }) subject: QuotaPath): Promise<QuotaView> {
    return this.quotas.get(subject);
  }

  @Put(':kind/:name')
  @Auth('users:admin')
  @Administers('quota.set', target)
  @Operation({
    summary: 'Set the quota of an actor or a model',
    description:
      'In predicted rows per minute and per day (UTC); 0 means unlimited. Applies from the next request on.',
    returns: 'The quota',
    schema: QUOTA,
  })
  setQuota(
    @Param({ schema: QUOTA_PATH }) subject: QuotaPath,
    @Body({ schema: QUOTA_LIMITS }) limits: QuotaLimitsBody,
  ): Promise<QuotaView> {
    return this.quotas.set(subject, limits);
  }

  @Delete(':kind/:name')
  @Auth('users:admin')
  @Administers('quota.remove', target)
  @Operation({
    summary: 'Remove the quota of an actor or a model',
    status: 204,
    returns: 'Removed',
    errors: ['not_found', 'validation_failed'],
  })
  removeQuota(@Param({ schema: QUOTA_PATH }) subject: QuotaPath): Promise<void> {
    return this.quotas.remove(subject);
  }
}
