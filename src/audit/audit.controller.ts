import { Body, Controller, Get, Param, Post, Query, Req, StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Actor } from '../auth/gate/actor.decorator.js';
import { Auth } from '../auth/gate/auth.decorator.js';
import { demand } from '../auth/gate/demand.js';
import { Operation } from '../common/operation.js';
import type { Page } from '../common/page.js';
import type { Caller } from '../common/actor.js';
import { about, Administers } from '../logging/administration.js';
import { RepeatsRecords } from '../logging/recording.js';
import { AuditTrail } from '../trail/audit-trail.js';
import { exportStream, type RecordView, recordView } from '../trail/audit-export.js';
import { AuditErasure, type Erasure } from './audit-erasure.service.js';
import {
  AUDIT_QUERY,
  type AuditQueryParameters,
  EXPORT_QUERY,
  type ExportQuery,
} from './audit-filter.schema.js';
import { AuditQuery } from './audit-query.service.js';
import { AuditReplay, type Replay } from './audit-replay.service.js';
import {
  ERASURE,
  ERASURE_REQUEST,
  type ErasureBody,
  erasureOf,
  EXPORTED,
  RECORD,
  RECORD_PAGE,
  RECORD_PATH,
  type RecordPath,
  REPLAY,
} from './audit.schema.js';
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
  @Operation({
    summary: 'Find audit records',
    returns: 'A page of records, the newest first unless `order` is `asc`',
    schema: RECORD_PAGE,
  })
  async findAuditRecords(
    @Query({ schema: AUDIT_QUERY }) { filter, ...page }: AuditQueryParameters,
  ): Promise<Page<RecordView>> {
    await this.trail.settle();
    return this.query.page(filter, page);
  }

  @Get('export')
  @Auth('audit:read')
  @RepeatsRecords()
  @Operation({
    summary: 'Export audit records',
    description: 'Streams all matching records.',
    returns: 'The records, one per line',
    content: { 'text/csv': EXPORTED, 'application/x-ndjson': EXPORTED },
  })
  async exportAuditRecords(
    @Query({ schema: EXPORT_QUERY }) { filter, order, format }: ExportQuery,
  ): Promise<StreamableFile> {
    await this.trail.settle();
    return new StreamableFile(exportStream(this.query.pages(filter, order), format), {
      type: CONTENT_TYPES[format],
      disposition: `attachment; filename="audit.${format}"`,
    });
  }

  @Get(':id')
  @Auth('audit:read')
  @RepeatsRecords()
  @Operation({
    summary: 'Get an audit record',
    returns: 'The record',
    schema: RECORD,
    errors: ['not_found'],
  })
  async getAuditRecord(@Param({ schema: RECORD_PATH }) { id }: RecordPath): Promise<RecordView> {
    return recordView(await this.query.get(recordId(id)));
  }

  @Post(':id/replay')
  @Auth('audit:read')
  @RepeatsRecords()
  @Administers('audit.replay', 'id')
  @Operation({
    summary: 'Replay a recorded prediction',
    description: 'On the version that made it. The token also needs the scope `predict` for that model.',
    returns: 'The new response, compared with the recorded one',
    schema: REPLAY,
    errors: ['not_found', 'conflict', 'model_not_ready'],
  })
  async replayPrediction(
    @Actor() actor: Caller,
    @Param({ schema: RECORD_PATH }) { id }: RecordPath,
  ): Promise<Replay> {
    const record = this.replays.replayable(await this.query.get(recordId(id)));
    demand(actor, 'predict', record.model);
    return this.replays.replay(record, actor);
  }

  @Post('erase')
  @Auth('users:admin')
  @Administers('audit.erase')
  @Operation({
    summary: "Erase one person's inputs and outputs",
    description: 'The records, their digests and the chain stay. Repeat the request until it is complete.',
    returns: 'Number of records whose content was erased',
    schema: ERASURE,
  })
  async eraseContents(
    @Req() request: FastifyRequest,
    @Body({ schema: ERASURE_REQUEST }) erasure: ErasureBody,
  ): Promise<Erasure> {
    about(request, (erasure.subject ?? erasure.user ?? erasure.actor_id)!);
    await this.trail.settle();
    return this.erasure.erase(erasureOf(erasure));
  }
}
