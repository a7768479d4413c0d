import { randomUUID } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { covers } from '../auth/gate/scopes.js';
import { ApiError } from '../common/errors.js';
import type { Page, PageRequest } from '../common/page.js';
import { actorOf } from '../auth/gate/actor.decorator.js';
import type { Actor, Caller } from '../common/actor.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { readManifest } from '../packages/manifest.js';
import { subjectOf } from '../logging/request-record.js';
import { ModelCatalog } from '../models/model-catalog.js';
import { ModelFiles } from '../models/model-files.js';
import type { ModelVersion } from '../models/model-version.entity.js';
import type { Signature } from '../inference/model.js';
import { csvColumns } from '../prediction/input/csv.js';
import { firstRecord } from './blocks/first-record.js';
import { InputFileError } from '../prediction/input/input-file-error.js';
import type { FileFormat } from './blocks/records.js';
import type { ByteRange } from './byte-range.js';
import { conditionsOf } from './conditional-request.js';
import type { Job, JobOwner } from './job.entity.js';
import { JobFiles } from './job-files.js';
import { checkOutputs, checkRows, type JobOptions } from './job-options.js';
import { JobQueue } from './job-queue.js';
import { JobRecorder } from './job-recorder.js';
import { JobSupervisor } from './job-supervisor.js';
import { incomingFile, type StoredFile, storeFile } from './job-upload.js';

export interface Results {
  readonly job: Job;
  readonly size: number;
  /** The requested part. Undefined: the whole file. */
  readonly range?: ByteRange;
  /** Undefined: the caller has the file already. */
  readonly stream?: ReadStream;
}

/** The jobs API. A user sees their own jobs; with the scope users:admin, all jobs. */
@Injectable()
export class JobsService {
  constructor(
    private readonly queue: JobQueue,
    private readonly files: JobFiles,
    private readonly supervisor: JobSupervisor,
    private readonly recorder: JobRecorder,
    private readonly catalog: ModelCatalog,
    private readonly modelFiles: ModelFiles,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Stores the request's file and queues a job on the live version, or on the requested one.
   * @throws ApiError for an invalid model, file or option; `rate_limited` if the user has too many jobs
   */
  async create(request: FastifyRequest, model: string, options: JobOptions): Promise<Job> {
    const caller = actorOf(request);
    const { jobLimit, jobQueue } = this.config;
    const version = await this.versionOf(model, options.version);
    const { signature } = await readManifest(this.modelFiles.dirOf(version));
    checkOutputs(options.outputs, signature);
    checkRows(options.outputs, signature);
    if ((await this.queue.unfinished(ownedBy(caller))) >= jobQueue) throw tooManyJobs(jobQueue);
    const file = await incomingFile(request, jobLimit);
    if (file.format === 'csv' && !signature.features)
      throw new ApiError(
        'invalid_input',
        'this model has no tabular features, so CSV is not supported; send NDJSON',
      );
    const id = randomUUID();
    let stored!: StoredFile;
    await this.files.receive(id, async (path) => {
      stored = await storeFile(file, path, jobLimit, (bytes) => this.files.demandRoom(bytes));
      await checkStart(path, file.format, signature, options);
    });
    const job = await this.queue.add(newJob(id, request, version, file.format, stored, options), jobQueue);
    if (!job) {
      await this.files.remove(id);
      throw tooManyJobs(jobQueue);
    }
    void this.supervisor.wake();
    return job;
  }

  page(caller: Caller, model: string, query: PageRequest): Promise<Page<Job>> {
    return this.queue.page(isAdministrator(caller) ? { model } : { model, ...ownedBy(caller) }, query);
  }

  /** @throws ApiError `not_found`, also for another user's job */
  async get(caller: Caller, model: string, id: string): Promise<Job> {
    const job = await this.queue.find({ id, model });
    if (!job || !(isOwner(job, caller) || isAdministrator(caller)))
      throw new ApiError('not_found', 'job not found');
    return job;
  }

  /** Cancels a queued or running job. What it has done is recorded. @throws ApiError `conflict` */
  async cancel(caller: Caller, model: string, id: string): Promise<Job> {
    await this.get(caller, model, id);
    const isOurs = await this.queue.finish(id, { state: 'cancelled' });
    const job = await this.get(caller, model, id);
    if (isOurs) {
      await this.supervisor.stop(id);
      await this.recorder.record(job);
    } else if (job.state !== 'cancelled') throw new ApiError('conflict', `the job has already ${job.state}`);
    return this.get(caller, model, id);
  }

  /** Deletes a finished job and its files. @throws ApiError `conflict` if it is not finished */
  async remove(caller: Caller, model: string, id: string): Promise<void> {
    await this.get(caller, model, id);
    if (!(await this.queue.remove(id)))
      throw new ApiError('conflict', 'the job is not finished; cancel it first');
    await this.files.remove(id);
  }

  /** @throws ApiError `conflict` if the job has not succeeded; `range_not_satisfiable` */
  async results(
    caller: Caller,
    model: string,
    id: string,
    headers: FastifyRequest['headers'],
  ): Promise<Results> {
    const job = await this.get(caller, model, id);
    if (job.state !== 'succeeded' || !job.recorded)
      throw new ApiError(
        'conflict',
        `the job has no results: it is ${job.recorded ? job.state : 'not finished'}`,
      );
    const path = this.files.resultsOf(id);
    const { size } = await stat(path);
    const { notModified, range } = conditionsOf(headers, job.resultsDigest!, size);
    return { job, size, range, stream: notModified ? undefined : createReadStream(path, range) };
  }

  private async versionOf(model: string, version: string | undefined): Promise<ModelVersion> {
    const { loaded, liveVersion } = await this.catalog.get(model);
    if (!loaded) throw new ApiError('model_not_ready', `the model ${model} is not loaded`);
    return this.catalog.version(model, version ?? liveVersion);
  }
}

const ownedBy = ({ kind, id }: Actor): JobOwner => ({ actorKind: kind, actorId: id });

const isOwner = ({ actorKind, actorId }: Job, { kind, id }: Actor): boolean =>
  actorKind === kind && actorId === id;

const isAdministrator = ({ scopes }: Caller): boolean => covers(scopes, 'users:admin');

const tooManyJobs = (limit: number): ApiError =>
  new ApiError('rate_limited', `you have ${limit} queued or running jobs; wait for one to finish`, {
    headers: { 'Retry-After': '10' },
  });

/** Rejects at once a file that no job could read. */
async function checkStart(
  path: string,
  format: FileFormat,
  signature: Signature,
  { header }: JobOptions,
): Promise<void> {
  try {
    const first = await firstRecord(path, format);
    if (format === 'csv') csvColumns(first, signature, header);
  } catch (error) {
    if (error instanceof InputFileError) throw new ApiError('invalid_input', error.message);
    throw error;
  }
}

function newJob(
  id: string,
  request: FastifyRequest,
  version: ModelVersion,
  format: FileFormat,
  stored: StoredFile,
  { header, outputs, onError }: JobOptions,
): Omit<Job, 'installation'> {
  const actor = actorOf(request);
  return {
    id,
    ...ownedBy(actor),
    username: actor.name,
    model: version.modelName,
    version: version.version,
    modelDigest: version.digest,
    format,
    header: header ?? null,
    outputs: outputs ?? null,
    onError,
    requestId: request.id,
    clientId: actor.clientId ?? null,
    tokenId: actor.tokenId,
    address: request.address,
    subject: subjectOf(request) ?? null,
    state: 'queued',
    errorCode: null,
    error: null,
    bytesTotal: stored.bytes,
    bytesRead: 0,
    rowsDone: 0,
    rowsFailed: 0,
    inputDigest: stored.digest,
    resultsDigest: null,
    createdAt: new Date().toISOString(),
    startedAt: null,
    finishedAt: null,
    owner: null,
    heartbeatAt: null,
    attempts: 0,
    recorded: false,
  };
}
