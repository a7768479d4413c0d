import { Controller, Delete, Get, Param, Post, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiHeader, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Actor } from '../auth/gate/actor.decorator.js';
import { Auth, PredictionLimit } from '../auth/gate/auth.decorator.js';
import { contentOf, Operation } from '../common/operation.js';
import { mapPage, type Page } from '../common/page.js';
import { setLocation } from '../common/public-address.js';
import { RouteSettings } from '../common/route-config.js';
import type { Caller } from '../common/actor.js';
import { about, aboutVersion, Administers } from '../logging/administration.js';
import { jobOptions } from './job-options.js';
import { jobView } from './job-view.js';
import {
  CSV_FILE,
  FILE_FORM,
  JOB,
  JOB_OPTIONS,
  JOB_PAGE,
  JOB_PAGE_QUERY,
  JOB_PATH,
  type JobOptionsQuery,
  type JobPageQuery,
  type JobPath,
  JOBS_PATH,
  type JobsPath,
  type JobView,
  NDJSON_FILE,
  RESULTS,
} from './jobs.schema.js';
import { JobsService } from './jobs.service.js';
import { describeResults } from './results-headers.js';

const RESULTS_CONTENT = { 'text/csv': RESULTS, 'application/x-ndjson': RESULTS };

/** Background predictions for files of any size. */
@ApiTags('Batch jobs')
@Controller('v1/models/:name/jobs')
export class JobsController {
  constructor(private readonly jobs: JobsService) {}

  @Post()
  @RouteSettings({ takesFile: true })
  @Auth('predict', 'name')
  @PredictionLimit()
  @Administers('job.create', undefined, 'name')
  @Operation({
    summary: 'Predict the rows of a file',
    description: 'Stores the file and predicts its rows in the background.',
    body: {
      description: 'The file, or a form with one file',
      content: {
        'text/csv': CSV_FILE,
        'application/x-ndjson': NDJSON_FILE,
        'multipart/form-data': FILE_FORM,
      },
    },
    status: 202,
    returns: 'The job, queued',
    schema: JOB,
    headers: { Location: "The job's own path" },
    errors: ['invalid_input', 'model_not_found', 'rate_limited', 'model_not_ready', 'overloaded'],
  })
  async createJob(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param({ schema: JOBS_PATH }) { name }: JobsPath,
    @Query({ schema: JOB_OPTIONS }) query: JobOptionsQuery,
  ): Promise<JobView> {
    const job = await this.jobs.create(request, name, jobOptions(query, request.headers['content-type']));
    about(request, job.id);
    aboutVersion(request, { name, version: job.version, digest: job.modelDigest });
    setLocation(request, reply, 'v1', 'models', name, 'jobs', job.id);
    return jobView(job);
  }

  @Get()
  @Auth('predict', 'name')
  @Operation({
    summary: 'List the jobs of a model',
    description: 'Your own; with the scope users:admin, those of all users.',
    returns: 'A page of jobs, the newest first',
    schema: JOB_PAGE,
  })
  async listJobs(
    @Actor() actor: Caller,
    @Param({ schema: JOBS_PATH }) { name }: JobsPath,
    @Query({ schema: JOB_PAGE_QUERY }) query: JobPageQuery,
  ): Promise<Page<JobView>> {
    return mapPage(await this.jobs.page(actor, name, query), jobView);
  }

  @Get(':id')
  @Auth('predict', 'name')
  @Operation({ summary: "Get a job's status", returns: 'The job', schema: JOB, errors: ['not_found'] })
  async getJob(@Actor() actor: Caller, @Param({ schema: JOB_PATH }) { name, id }: JobPath): Promise<JobView> {
    return jobView(await this.jobs.get(actor, name, id));
  }

  @Post(':id/cancel')
  @Auth('predict', 'name')
  @Administers('job.cancel', 'id', 'name')
  @Operation({
    summary: 'Cancel a queued or running job',
    returns: 'The job',
    schema: JOB,
    errors: ['not_found', 'conflict'],
  })
  async cancelJob(
    @Actor() actor: Caller,
    @Param({ schema: JOB_PATH }) { name, id }: JobPath,
  ): Promise<JobView> {
    return jobView(await this.jobs.cancel(actor, name, id));
  }

  @Delete(':id')
  @Auth('predict', 'name')
  @Administers('job.delete', 'id', 'name')
  @Operation({
    summary: 'Delete a finished job with its files',
    status: 204,
    returns: 'Deleted',
    errors: ['not_found', 'conflict'],
  })
  deleteJob(@Actor() actor: Caller, @Param({ schema: JOB_PATH }) { name, id }: JobPath): Promise<void> {
    return this.jobs.remove(actor, name, id);
  }

  @Get(':id/results')
  @RouteSettings({ tagged: true })
  @Auth('predict', 'name')
  @Operation({
    summary: 'Download the results of a job',
    description:
      'An interrupted download can be resumed with `Range` and `If-Range`. `If-None-Match` saves one that was done before.',
    returns: 'A line a row, in the order of the rows and the format of the input',
    content: RESULTS_CONTENT,
    headers: { ETag: 'SHA-256 of the results; a compressed answer has its own' },
    errors: ['not_found', 'conflict', 'precondition_failed', 'range_not_satisfiable'],
  })
  @ApiHeader({ name: 'Range', required: false, schema: { type: 'string', example: 'bytes=1048576-' } })
  @ApiHeader({ name: 'If-Range', required: false, schema: { type: 'string' } })
  @ApiHeader({ name: 'If-Match', required: false, schema: { type: 'string' } })
  @ApiHeader({ name: 'If-None-Match', required: false, schema: { type: 'string' } })
  @ApiResponse({
    status: 206,
    description: 'The requested range',
    content: contentOf(RESULTS_CONTENT, 'output'),
  })
  @ApiResponse({ status: 304, description: 'The results are those that If-None-Match names' })
  async getJobResults(
    @Actor() actor: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param({ schema: JOB_PATH }) { name, id }: JobPath,
  ): Promise<StreamableFile | undefined> {
    const results = await this.jobs.results(actor, name, id, request.headers);
    describeResults(reply, results);
    return results.stream && new StreamableFile(results.stream);
  }
}
