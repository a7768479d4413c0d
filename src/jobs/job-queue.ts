import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, LessThan, Not, type FindOptionsWhere, type Repository } from 'typeorm';
import { type Page, pageOf, type PageRequest } from '../common/page.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { installationId } from '../database/installation.js';
import type { Checkpoint } from './checkpoint.js';
import { FINAL_STATES, Job, type JobOwner } from './job.entity.js';

/** A server without a heartbeat for this long has exited, or lost its jobs to others. */
const STALE_MS = 5_000;

/** The fields that change when a job ends. */
export type Ending = Partial<
  Pick<Job, 'state' | 'error' | 'errorCode' | 'resultsDigest' | 'bytesRead' | 'rowsDone' | 'rowsFailed'>
> &
  Pick<Job, 'state'>;

const now = (): string => new Date().toISOString();
const ago = (milliseconds: number): string => new Date(Date.now() - milliseconds).toISOString();

/**
 * The jobs of this data directory, in the database. Several server processes work on them. Each change of
 * state is one statement whose condition names the expected state, so only one process can make it.
 */
@Injectable()
export class JobQueue {
  private readonly installation: string;

  constructor(
    @InjectRepository(Job) private readonly jobs: Repository<Job>,
    @Inject(CONFIG) config: Config,
  ) {
    this.installation = installationId(config.dataDir);
  }

  /** @returns undefined if the owner already has `limit` unfinished jobs */
  async add(job: Omit<Job, 'installation'>, limit: number): Promise<Job | undefined> {
    const added = { ...job, installation: this.installation };
    await this.jobs.insert(added);
    // Counted after the insertion, so that of two concurrent requests neither can miss the other.
    if ((await this.unfinished(job)) <= limit) return added;
    await this.jobs.delete({ id: job.id });
    return undefined;
  }

  unfinished({ actorKind, actorId }: JobOwner): Promise<number> {
    const { installation } = this;
    return this.jobs.countBy({ installation, actorKind, actorId, state: In(['queued', 'running']) });
  }

  find(where: Pick<Job, 'id'> & FindOptionsWhere<Job>): Promise<Job | null> {
    return this.jobs.findOneBy({ ...where, installation: this.installation });
  }

  /** Newest first. */
  async page(where: FindOptionsWhere<Job>, { limit, cursor }: PageRequest): Promise<Page<Job>> {
    const [createdAt, id] = (cursor ?? []) as [string, string];
    const mine = { ...where, installation: this.installation };
    const found = await this.jobs.find({
      where: cursor
        ? [
            { ...mine, createdAt: LessThan(createdAt) },
            { ...mine, createdAt, id: LessThan(id) },
          ]
        : mine,
      order: { createdAt: 'DESC', id: 'DESC' },
      take: limit + 1,
    });
    return pageOf(found, limit, (job) => [job.createdAt, job.id]);
  }

  /** Takes the oldest job that is queued, or whose server died, unless `limit` jobs are running. */
  async claim(owner: string, limit: number): Promise<Job | undefined> {
    const { installation } = this;
    const stale = ago(STALE_MS);
    const next = await this.jobs.findOne({
      where: [
        { installation, state: 'queued' },
        { installation, state: 'running', heartbeatAt: LessThan(stale) },
      ],
      order: { createdAt: 'ASC', id: 'ASC' },
    });
    if (!next) return undefined;
    const at = now();
    const claimed = await this.jobs
      .createQueryBuilder()
      .update()
      .set({
        state: 'running',
        owner,
        heartbeatAt: at,
        startedAt: next.startedAt ?? at,
        attempts: () => 'attempts + 1',
      })
      .where('id = :id', { id: next.id })
      .andWhere(`(state = 'queued' OR (state = 'running' AND heartbeat_at < :stale))`, { stale })
      .andWhere(
        `(SELECT COUNT(*) FROM jobs AS others WHERE others.installation = :installation AND others.state = 'running' AND others.heartbeat_at >= :stale) < :limit`,
        { installation, limit },
      )
      .execute();
    return claimed.affected === 1
      ? { ...next, owner, startedAt: next.startedAt ?? at, attempts: next.attempts + 1 }
      : undefined;
  }

  /**
   * Renews the owner's heartbeat and stores the job's progress. @returns false if the job no longer belongs
   * to the owner
   */
  async beat(id: string, owner: string, checkpoint: Checkpoint | undefined): Promise<boolean> {
    const progress = checkpoint && {
      bytesRead: checkpoint.bytesRead,
      rowsDone: checkpoint.rowsDone,
      rowsFailed: checkpoint.rowsFailed,
      attempts: 1,
    };
    const { affected } = await this.jobs.update(
      { id, owner, state: 'running' },
      { heartbeatAt: now(), ...progress },
    );
    return affected === 1;
  }

  /** Returns a job to the queue, for any server. */
  async release(id: string, owner: string): Promise<void> {
    await this.jobs.update({ id, owner, state: 'running' }, { state: 'queued', owner: null });
  }

  /** @param owner required owner of the job; default: any. @returns true if this call ended the job */
  async finish(id: string, ending: Ending, owner?: string): Promise<boolean> {
    const state = owner === undefined ? In(['queued', 'running']) : 'running';
    const { affected } = await this.jobs.update(
      { id, state, ...(owner !== undefined && { owner }) },
      { ...ending, finishedAt: now(), owner: null },
    );
    return affected === 1;
  }

  async markRecorded(id: string): Promise<void> {
    await this.jobs.update({ id }, { recorded: true });
  }

  /** Finished jobs without an audit record: their server died, or the trail could not be written. */
  unrecorded(): Promise<Job[]> {
    const { installation } = this;
    return this.jobs.findBy({
      installation,
      state: In(FINAL_STATES),
      recorded: false,
      finishedAt: LessThan(ago(2 * STALE_MS)),
    });
  }

  /** @returns false if the job is not finished and recorded */
  async remove(id: string): Promise<boolean> {
    const { affected } = await this.jobs.delete({ id, state: In(FINAL_STATES), recorded: true });
    return affected === 1;
  }

  /** Jobs that finished more than this time ago. */
  expired(milliseconds: number): Promise<Job[]> {
    const { installation } = this;
    return this.jobs.findBy({
      installation,
      state: Not(In(['queued', 'running'])),
      finishedAt: LessThan(ago(milliseconds)),
    });
  }
}
