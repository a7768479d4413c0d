import { Body, Controller, Delete, Get, HttpCode, Param, Put, Req } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Auth } from '../auth/gate/auth.decorator.js';
import { ApiErrors } from '../common/openapi.js';
import { Administers } from '../logging/administration.js';
import { QuotaStore, type QuotaSubject, subjectText } from './quota-store.js';
import { LIMITS_BODY, QUOTA_ANSWER, QUOTAS_ANSWER } from './quotas.openapi.js';
import { limitsOf, quotaView, type QuotaView, subjectOf } from './quotas.schema.js';

const DEFAULT: QuotaSubject = { kind: 'default', name: '' };

@ApiTags('Quotas')
@Controller('v1/quotas')
export class QuotasController {
  constructor(private readonly quotas: QuotaStore) {}

  @Get()
  @Auth('users:admin')
  @ApiOperation({ summary: 'List the quotas' })
  @ApiResponse(QUOTAS_ANSWER)
  @ApiErrors('problem', 'not_authenticated', 'invalid_token', 'insufficient_scope')
  async list(): Promise<{ items: QuotaView[] }> {
    return { items: (await this.quotas.list()).map(quotaView) };
  }

  @Get('default')
  @Auth('users:admin')
  @ApiOperation({ summary: 'The quota of callers that have none of their own, where one was set' })
  @ApiResponse(QUOTA_ANSWER)
  @ApiErrors('problem', 'not_authenticated', 'invalid_token', 'insufficient_scope', 'not_found')
  async getDefault(): Promise<QuotaView> {
    return quotaView(await this.quotas.get(DEFAULT));
  }

  @Put('default')
  @Auth('users:admin')
  @Administers('quota.set')
  @ApiOperation({
    summary: 'Set the quota of callers that have none of their own',
    description: 'In the place of MODELGATE_QUOTA_ROWS_PER_MINUTE and MODELGATE_QUOTA_ROWS_PER_DAY.',
  })
  @ApiBody(LIMITS_BODY)
  @ApiResponse(QUOTA_ANSWER)
  @ApiErrors('problem', 'not_authenticated', 'invalid_token', 'insufficient_scope', 'validation_failed')
  setDefault(@Req() request: FastifyRequest, @Body() body: unknown): Promise<QuotaView> {
    return this.setFor(request, DEFAULT, body);
  }

  @Delete('default')
  @HttpCode(204)
  @Auth('users:admin')
  @Administers('quota.remove')
  @ApiOperation({ summary: 'Leave callers without a quota of their own to the settings' })
  @ApiResponse({ status: 204, description: 'It is gone' })
  @ApiErrors('problem', 'not_authenticated', 'invalid_token', 'insufficient_scope', 'not_found')
  removeDefault(@Req() request: FastifyRequest): Promise<void> {
    return this.removeFor(request, DEFAULT);
  }

  @Get(':kind/:name')
  @Auth('users:admin')
  @ApiOperation({ summary: 'The quota of a user, service account or model' })
  @ApiResponse(QUOTA_ANSWER)
  @ApiErrors(
    'problem',
    'not_authenticated',
    'invalid_token',
    'insufficient_scope',
    'not_found',
    'validation_failed',
  )
  async get(@Param('kind') kind: string, @Param('name') name: string): Promise<QuotaView> {
    return quotaView(await this.quotas.get(subjectOf(kind, name)));
  }

  @Put(':kind/:name')
  @Auth('users:admin')
  @Administers('quota.set')
  @ApiOperation({
    summary: 'Set the quota of a user, service account or model',
    description: 'In rows predicted, a minute and a day (UTC); 0 is no limit. Holds from the next call on.',
  })
  @ApiBody(LIMITS_BODY)
  @ApiResponse(QUOTA_ANSWER)
  @ApiErrors('problem', 'not_authenticated', 'invalid_token', 'insufficient_scope', 'validation_failed')
  set(
    @Req() request: FastifyRequest,
    @Param('kind') kind: string,
    @Param('name') name: string,
    @Body() body: unknown,
  ): Promise<QuotaView> {
    return this.setFor(request, subjectOf(kind, name), body);
  }

  @Delete(':kind/:name')
  @HttpCode(204)
  @Auth('users:admin')
  @Administers('quota.remove')
  @ApiOperation({ summary: 'Remove the quota of a user, service account or model' })
  @ApiResponse({ status: 204, description: 'It is gone' })
  @ApiErrors(
    'problem',
    'not_authenticated',
    'invalid_token',
    'insufficient_scope',
    'not_found',
    'validation_failed',
  )
  remove(
    @Req() request: FastifyRequest,
    @Param('kind') kind: string,
    @Param('name') name: string,
  ): Promise<void> {
    return this.removeFor(request, subjectOf(kind, name));
  }

  private async setFor(request: FastifyRequest, subject: QuotaSubject, body: unknown): Promise<QuotaView> {
    request.administration!.target = subjectText(subject);
    return quotaView(await this.quotas.set(subject, limitsOf(body)));
  }

  private removeFor(request: FastifyRequest, subject: QuotaSubject): Promise<void> {
    request.administration!.target = subjectText(subject);
    return this.quotas.remove(subject);
  }
}
