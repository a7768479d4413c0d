import { randomUUID } from 'node:crypto';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { ApiError } from '../common/errors.js';
import { LOGGER } from '../common/logger.module.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { ModelCatalog } from '../models/model-catalog.js';
import { ModelFiles } from '../models/model-files.js';
import { Quotas } from '../quotas/quotas.js';
import type { Job } from './job.entity.js';
import { JobFiles } from './job-files.js';
import { type Ending, JobQueue } from './job-queue.js';
import { JobRecorder } from './job-recorder.js';
import { type RunnerEnding, RunnerProcess } from './runner-process.js';

/** Interval at which a server renews its heartbeat, stores its jobs' progress and looks for further jobs. */
const TICK_MS = 1_000;
const SWEEP_MS = 3_600_000;
const DAY_MS = 24 * 3_600_000;

/** Runners that a job may use without progress before it fails. */
const ATTEMPTS = 3;

interface Run {
  readonly job: Job;
  readonly runner: RunnerProcess;
  readonly settled: Promise<void>;
  /** Rows charged to the quotas. */
  charged: number;
}

/** Runs queued jobs, each in its own process, and cleans up after them. */
@Injectable()
export class JobSupervisor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly owner = randomUUID();
  private readonly running = new Map<string, Run>();
  private timer?: NodeJS.Timeout;
  private turn: Promise<void> = Promise.resolve();
  private stopping = false;
  private sweptAt = 0;

  constructor(
    private readonly queue: JobQueue,
    private readonly files: JobFiles,
    private readonly recorder: JobRecorder,
    private readonly catalog: ModelCatalog,
    private readonly modelFiles: ModelFiles,
    private readonly quotas: Quotas,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.wake(), TICK_MS);
    this.timer.unref();
  }

  /** Kills the runners. Their jobs wait for the next server. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    await this.turn;
    const runs = [...this.running.values()];
    await Promise.all(runs.map(({ runner }) => runner.kill()));
    await Promise.all(runs.map(({ settled }) => settled));
  }

  /** Checks the jobs now, one check at a time. */
  wake(): Promise<void> {
    this.turn = this.turn.then(() => this.look()).catch((error: unknown) => this.report(error));
    return this.turn;
  }

  /**
   * Kills this server's runner of a job, if there is one. Another server's runner ends at its next heartbeat.
   */
  async stop(id: string): Promise<void> {
    await this.running.get(id)?.runner.kill();
  }

  private async look(): Promise<void> {
    if (this.stopping) return;
    for (const run of this.running.values()) {
      const isOurs = await this.queue.beat(run.job.id, this.owner, run.runner.checkpoint);
      if (!isOurs) await run.runner.kill();
      else await this.charge(run);
    }
    while (this.running.size < this.config.jobProcesses) {
      const job = await this.queue.claim(this.owner, this.config.jobProcesses);
      if (!job) break;
      await this.start(job);
    }
    await this.recorder.catchUp();
    await this.sweep();
  }

  private async start(job: Job): Promise<void> {
    if (job.attempts > ATTEMPTS) return this.finish(job, failed('internal', 'the job crashed its process'));
    const version = await this.catalog.version(job.model, job.version).catch(() => undefined);
    if (version?.digest !== job.modelDigest)
      return this.finish(
        job,
        failed('model_not_found', `version ${job.version} of ${job.model} was removed`),
      );
    const runner = new RunnerProcess({
      dir: this.files.dirOf(job.id),
      packageDir: this.modelFiles.dirOf(version),
      format: job.format,
      header: job.header ?? undefined,
      outputs: job.outputs?.split(','),
      onError: job.onError,
    });
    const settled = runner.ended
      .then((ending) => this.settle(job, ending))
      .catch((error: unknown) => this.report(error));
    this.running.set(job.id, { job, runner, settled, charged: job.rowsDone });
  }

  /** Charges the rows done since the last call. A job that uses up a quota fails, and keeps its results. */
  private async charge(run: Run, checkpoint = run.runner.checkpoint): Promise<void> {
    const { job, runner } = run;
    const rows = (checkpoint?.rowsDone ?? 0) - run.charged;
    if (rows <= 0) return;
    try {
      await this.quotas.chargeJob({ kind: job.actorKind, name: job.username }, job.model, rows);
      run.charged += rows;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      await this.finish(job, { ...progressOf(checkpoint), ...failed('quota_exceeded', error.detail) });
      await runner.kill();
    }
  }

  private async settle(job: Job, ending: RunnerEnding | undefined): Promise<void> {
    const run = this.running.get(job.id);
    const checkpoint = run?.runner.checkpoint;
    if (run && ending) await this.charge(run, ending.kind === 'failed' ? checkpoint : ending.checkpoint);
    this.running.delete(job.id);
    // The runner was killed. If this server still owns the job, it resumes from its last checkpoint.
    if (!ending) await this.queue.release(job.id, this.owner);
    else if (ending.kind === 'failed')
      await this.finish(job, { ...progressOf(checkpoint), ...failed(ending.code, ending.detail) });
    else {
      const { resultsDigest } = ending;
      await this.finish(job, { ...progressOf(ending.checkpoint), state: 'succeeded', resultsDigest });
    }
    if (!this.stopping) void this.wake();
  }

  private async finish(job: Job, ending: Ending): Promise<void> {
    if (!(await this.queue.finish(job.id, ending, this.owner))) return;
    const finished = await this.queue.find({ id: job.id });
    if (finished) await this.recorder.record(finished);
    this.logger.info(
      { job: job.id, model: job.model, state: ending.state, error: ending.error },
      'job finished',
    );
  }

  private async sweep(): Promise<void> {
    if (Date.now() - this.sweptAt < SWEEP_MS) return;
    this.sweptAt = Date.now();
    for (const { id } of await this.queue.expired(this.config.jobRetentionDays * DAY_MS))
      if (await this.queue.remove(id)) await this.files.remove(id);
    await this.files.sweep();
  }

  private report(error: unknown): void {
    this.logger.error({ err: error }, 'could not supervise batch jobs');
  }
}

const failed = (errorCode: NonNullable<Job['errorCode']>, error: string): Ending => ({
  state: 'failed',
  errorCode,
  error,
});

const progressOf = (checkpoint: RunnerProcess['checkpoint']): Partial<Ending> =>
  checkpoint
    ? {
        bytesRead: checkpoint.bytesRead,
        rowsDone: checkpoint.rowsDone,
        rowsFailed: checkpoint.rowsFailed,
      }
    : {};
