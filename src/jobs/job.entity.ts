import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ActorKind } from '../common/actor.js';
import type { ErrorCode } from '../common/errors.js';
import { bigint } from '../database/bigint.js';
import type { HeaderSetting } from '../prediction/input/csv.js';
import type { FileFormat } from './blocks/records.js';

export const FINAL_STATES = ['succeeded', 'failed', 'cancelled'] as const;
export type JobState = 'queued' | 'running' | (typeof FINAL_STATES)[number];

/** A file of rows that a version of a model predicts. Times are ISO 8601 in UTC. */
@Entity('jobs')
@Index('jobs_state', ['installation', 'state', 'createdAt'])
@Index('jobs_model', ['installation', 'model', 'createdAt'])
@Index('jobs_actor', ['actorKind', 'actorId', 'state'])
export class Job {
  @PrimaryColumn({ type: 'varchar' })
  id!: string;

  /** The data directory with the job's files, because several may share a database. */
  @Column({ type: 'varchar' })
  installation!: string;

  /** The {@link Actor} who created the job and owns it. */
  @Column({ type: 'varchar', name: 'actor_kind' })
  actorKind!: ActorKind;

  @Column({ type: 'varchar', name: 'actor_id' })
  actorId!: string;

  @Column({ type: 'varchar' })
  username!: string;

  @Column({ type: 'varchar' })
  model!: string;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'varchar', name: 'model_digest' })
  modelDigest!: string;

  @Column({ type: 'varchar' })
  format!: FileFormat;

  @Column({ type: 'varchar', nullable: true })
  header!: HeaderSetting | null;

  /** Comma-separated names. null: the model's default outputs. */
  @Column({ type: 'varchar', nullable: true })
  outputs!: string | null;

  /** What to do after a row that cannot be predicted. */
  @Column({ type: 'varchar', name: 'on_error' })
  onError!: 'continue' | 'stop';

  /** The request that created the job, for its audit record. */
  @Column({ type: 'varchar', name: 'request_id', nullable: true })
  requestId!: string | null;

  @Column({ type: 'varchar', name: 'client_id', nullable: true })
  clientId!: string | null;

  @Column({ type: 'varchar', name: 'token_id', nullable: true })
  tokenId!: string | null;

  @Column({ type: 'varchar', nullable: true })
  address!: string | null;

  /** The business id of `x-subject-id` in the request that created the job. */
  @Column({ type: 'varchar', nullable: true })
  subject!: string | null;

  @Column({ type: 'varchar' })
  state!: JobState;

  @Column({ type: 'varchar', name: 'error_code', nullable: true })
  errorCode!: ErrorCode | null;

  @Column({ type: 'varchar', nullable: true })
  error!: string | null;

  @Column({ ...bigint, name: 'bytes_total' })
  bytesTotal!: number;

  @Column({ ...bigint, name: 'bytes_read' })
  bytesRead!: number;

  @Column({ type: 'integer', name: 'rows_done', default: 0 })
  rowsDone!: number;

  /** Number of done rows whose result is an error. */
  @Column({ type: 'integer', name: 'rows_failed', default: 0 })
  rowsFailed!: number;

  /** SHA-256 of the input, and of the results after success. */
  @Column({ type: 'varchar', name: 'input_digest' })
  inputDigest!: string;

  @Column({ type: 'varchar', name: 'results_digest', nullable: true })
  resultsDigest!: string | null;

  @Column({ type: 'varchar', name: 'created_at' })
  createdAt!: string;

  @Column({ type: 'varchar', name: 'started_at', nullable: true })
  startedAt!: string | null;

  @Column({ type: 'varchar', name: 'finished_at', nullable: true })
  finishedAt!: string | null;

  /** The server process that runs the job, and its last heartbeat. */
  @Column({ type: 'varchar', nullable: true })
  owner!: string | null;

  @Column({ type: 'varchar', name: 'heartbeat_at', nullable: true })
  heartbeatAt!: string | null;

  /** Runners started since the job last made progress. */
  @Column({ type: 'integer', default: 0 })
  attempts!: number;

  /** True when the finished job's audit record is on disk. */
  @Column({ type: 'boolean', default: false })
  recorded!: boolean;
}

export type JobOwner = Pick<Job, 'actorKind' | 'actorId'>;
