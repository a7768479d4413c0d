import {
  applyDecorators,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Post,
  Query,
  Req,
  Res,
  StreamableFile,
} from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiHeader,
  ApiOperation,
  ApiQuery,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Auth, PredictionLimit } from '../auth/gate/auth.decorator.js';
import { ApiErrors } from '../common/openapi.js';
import { RouteSettings } from '../common/route-config.js';
import type { Principal } from '../common/principal.js';
import { Administers } from '../logging/administration.js';
import { jobOptions } from './job-options.js';
import { jobView } from './job-view.js';
import {
  FILE_BODY,
  JOB_ACCEPTED,
  JOB_ANSWER,
  JOB_LIST_ANSWER,
  OPTION_QUERIES,
  RESULTS_ANSWER,
  RESULTS_PART,
} from './jobs.openapi.js';
import { JobsService } from './jobs.service.js';
import { pageOf } from './page.js';
import { describeResults } from './results-headers.js';

type View = Record<string, unknown>;

/** Background predictions for files of any size. */
@ApiTags('Batch jobs')
@Controller('v1/models/:name/jobs')
export class JobsController {
  constructor(private readonly jobs: JobsService) {}

  @Post()
  @HttpCode(202)
  @RouteSettings({ takesFile: true })
  @Auth('predict', 'name')
  @PredictionLimit()
  @Administers('job.create')
  @ApiOperation({
    summary: 'Predict the rows of a file',
    description: 'Stores the file and predicts its rows in the background.',
  })
  @ApiConsumes('text/csv', 'application/x-ndjson', 'multipart/form-data')
  @ApiBody(FILE_BODY)
  @applyDecorators(...OPTION_QUERIES.map((option) => ApiQuery(option)))
  @ApiResponse(JOB_ACCEPTED)
  @ApiErrors(
    'problem',
    'bad_request',
    'invalid_input',
    'not_authenticated',
    'invalid_token',
    'insufficient_scope',
    'model_not_found',
    'payload_too_large',
    'unsupported_media_type',
    'rate_limited',
    'model_not_ready',
    'overloaded',
  )
  async create(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('name') name: string,
    @Query() query: View,
  ): Promise<View> {
    const job = await this.jobs.create(request, name, jobOptions(query, request.headers['content-type']));
    request.administration!.target = job.id;
    void reply.header('location', `/v1/models/${encodeURIComponent(name)}/jobs/${job.id}`);
    return jobView(job);
  }

  @Get()
  @Auth('predict', 'name')
  @ApiOperation({
    summary: 'List the jobs of a model',
    description: 'Your own jobs; with the scope users:admin, all jobs.',
  })
  @ApiQuery({
    name: 'limit',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
  })
  @ApiQuery({ name: 'offset', required: false, schema: { type: 'integer', minimum: 0, default: 0 } })
  @ApiResponse(JOB_LIST_ANSWER)
  @ApiErrors('problem', 'bad_request', 'not_authenticated', 'invalid_token', 'insufficient_scope')
  async list(
    @Req() request: FastifyRequest,
    @Param('name') name: string,
    @Query() query: View,
  ): Promise<View> {
    const { limit, offset } = pageOf(query);
    const jobs = await this.jobs.list(request.user as Principal, name, limit, offset);
    return { jobs: jobs.map(jobView) };
  }

  @Get(':id')
  @Auth('predict', 'name')
  @ApiOperation({ summary: "Get a job's status" })
  @ApiResponse(JOB_ANSWER)
  @ApiErrors('problem', 'not_authenticated', 'invalid_token', 'insufficient_scope', 'not_found')
  async get(
    @Req() request: FastifyRequest,
    @Param('name') name: string,
    @Param('id') id: string,
  ): Promise<View> {
    return jobView(await this.jobs.get(request.user as Principal, name, id));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Auth('predict', 'name')
  @Administers('job.cancel')
  @ApiOperation({ summary: 'Cancel a queued or running job' })
  @ApiResponse(JOB_ANSWER)
  @ApiErrors(
    'problem',
    'not_authenticated',
    'invalid_token',
    'insufficient_scope',
    'not_found',
    'conflict',
    'audit_unavailable',
  )
  async cancel(
    @Req() request: FastifyRequest,
    @Param('name') name: string,
    @Param('id') id: string,
  ): Promise<View> {
    request.administration!.target = id;
    return jobView(await this.jobs.cancel(request.user as Principal, name, id));
  }

  @Delete(':id')
  @HttpCode(204)
  @Auth('predict', 'name')
  @Administers('job.delete')
  @ApiOperation({ summary: 'Delete a finished job and its files' })
  @ApiResponse({ status: 204, description: 'Deleted' })
  @ApiErrors('problem', 'not_authenticated', 'invalid_token', 'insufficient_scope', 'not_found', 'conflict')
  remove(
    @Req() request: FastifyRequest,
    @Param('name') name: string,
    @Param('id') id: string,
  ): Promise<void> {
    request.administration!.target = id;
    return this.jobs.remove(request.user as Principal, name, id);
  }

  @Get(':id/results')
  @Auth('predict', 'name')
  @ApiOperation({
    summary: 'Download the results',
    description: 'An interrupted download can be resumed with `Range`.',
  })
  @ApiHeader({ name: 'Range', required: false, schema: { type: 'string' }, example: 'bytes=1048576-' })
  @ApiResponse(RESULTS_ANSWER)
  @ApiResponse(RESULTS_PART)
  @ApiErrors(
    'problem',
    'not_authenticated',
    'invalid_token',
    'insufficient_scope',
    'not_found',
    'conflict',
    'range_not_satisfiable',
  )
  async results(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('name') name: string,
    @Param('id') id: string,
    @Headers('range') range?: string,
  ): Promise<StreamableFile> {
    const results = await this.jobs.results(request.user as Principal, name, id, range);
    describeResults(reply, results);
    return new StreamableFile(results.stream);
  }
}
