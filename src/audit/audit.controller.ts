import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, StreamableFile } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Auth } from '../auth/gate/auth.decorator.js';
import { demand } from '../auth/gate/demand.js';
import { ApiErrors } from '../common/openapi.js';
import type { Principal } from '../common/principal.js';
import { Administers } from '../logging/administration.js';
import { RepeatsRecords } from '../logging/recording.js';
import { AuditTrail } from '../trail/audit-trail.js';
import { exportStream, type RecordView, recordView } from '../trail/audit-export.js';
import { AuditErasure, type Erasure } from './audit-erasure.service.js';
import { type Parameters, parseFilter } from './audit-filter.js';
import { EXPORT_PARAMETERS, PAGE_PARAMETERS } from './audit-parameters.js';
import { AuditQuery, type Page } from './audit-query.service.js';
import { AuditReplay, type Replay } from './audit-replay.service.js';
import {
  ApiFilters,
  ERASURE_ANSWER,
  ERASURE_BODY,
  EXPORT_ANSWER,
  PAGE_ANSWER,
  RECORD_ANSWER,
  REPLAY_ANSWER,
} from './audit.openapi.js';
import { parseErasure } from './erasure-request.js';
import { recordId } from './record-id.js';

const CONTENT_TYPES = { csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson' } as const;

@ApiTags('Audit')
@Controller('v1/audit')
export class AuditController {
  constructor(
    private readonly query: AuditQuery,
    private readonly replays: AuditReplay,
    private readonly erasure: AuditErasure,
    private readonly trail: AuditTrail,
  ) {}

  @Get()
  @Auth('audit:read')
  @RepeatsRecords()
  @ApiOperation({ summary: 'Find audit records', description: 'Returns the newest records first, in pages.' })
  @ApiFilters()
  @ApiQuery({ name: 'order', required: false, schema: { type: 'string', enum: ['desc', 'asc'] } })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 1000 } })
  @ApiQuery({
    name: 'cursor',
    required: false,
    schema: { type: 'string' },
    description: 'The `next` of the previous page',
  })
  @ApiResponse(PAGE_ANSWER)
  @ApiErrors('problem', 'bad_request', 'not_authenticated', 'invalid_token', 'insufficient_scope')
  async find(@Query() parameters: Parameters): Promise<Page> {
    const { filter, options } = parseFilter(parameters, PAGE_PARAMETERS);
    await this.trail.settle();
    return this.query.page(filter, options);
  }

  @Get('export')
  @Auth('audit:read')
  @RepeatsRecords()
  @ApiOperation({ summary: 'Export audit records', description: 'Streams all matching records.' })
  @ApiFilters()
  @ApiQuery({ name: 'format', required: false, schema: { type: 'string', enum: ['csv', 'ndjson'] } })
  @ApiQuery({ name: 'order', required: false, schema: { type: 'string', enum: ['asc', 'desc'] } })
  @ApiResponse(EXPORT_ANSWER)
  @ApiErrors('problem', 'bad_request', 'not_authenticated', 'invalid_token', 'insufficient_scope')
  async export(@Query() parameters: Parameters): Promise<StreamableFile> {
    const { filter, options } = parseFilter(parameters, EXPORT_PARAMETERS);
    await this.trail.settle();
    const text = exportStream(this.query.pages(filter, options.order), options.format);
    return new StreamableFile(text, {
      type: CONTENT_TYPES[options.format],
      disposition: `attachment; filename="audit.${options.format}"`,
    });
  }

  @Get(':id')
  @Auth('audit:read')
  @RepeatsRecords()
  @ApiOperation({ summary: 'Get an audit record' })
  @ApiParam({ name: 'id', schema: { type: 'integer' } })
  @ApiResponse(RECORD_ANSWER)
  @ApiErrors('problem', 'not_authenticated', 'invalid_token', 'insufficient_scope', 'not_found')
  async get(@Param('id') id: string): Promise<RecordView> {
    return recordView(await this.query.get(recordId(id)));
  }

  @Post(':id/replay')
  @HttpCode(200)
  @Auth('audit:read')
  @RepeatsRecords()
  @Administers('audit.replay', 'id')
  @ApiOperation({
    summary: 'Replay a recorded prediction',
    description: 'Runs on the version that answered it. Also requires the scope `predict` for that model.',
  })
  @ApiParam({ name: 'id', schema: { type: 'integer' } })
  @ApiResponse(REPLAY_ANSWER)
  @ApiErrors(
    'problem',
    'not_authenticated',
    'invalid_token',
    'insufficient_scope',
    'not_found',
    'conflict',
    'model_not_ready',
    'audit_unavailable',
  )
  async replay(@Req() request: FastifyRequest, @Param('id') id: string): Promise<Replay> {
    const record = this.replays.replayable(await this.query.get(recordId(id)));
    const principal = request.user as Principal;
    demand(principal, 'predict', record.model);
    return this.replays.replay(record, principal);
  }

  @Post('erase')
  @HttpCode(200)
  @Auth('users:admin')
  @Administers('audit.erase')
  @ApiOperation({
    summary: "Erase one person's inputs and outputs",
    description:
      'The records, their digests and the chain remain. Repeat the request until `complete` is true.',
  })
  @ApiBody(ERASURE_BODY)
  @ApiResponse(ERASURE_ANSWER)
  @ApiErrors(
    'problem',
    'bad_request',
    'not_authenticated',
    'invalid_token',
    'insufficient_scope',
    'audit_unavailable',
  )
  async erase(@Req() request: FastifyRequest, @Body() body: unknown): Promise<Erasure> {
    const erasure = parseErasure(body);
    request.administration!.target = erasure.subject ?? erasure.user;
    await this.trail.settle();
    return this.erasure.erase(erasure);
  }
}
