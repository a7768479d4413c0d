import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { AuditRecord } from '../trail/audit-record.entity.js';
import { AuditTrail } from '../trail/audit-trail.js';
import type { Job } from './job.entity.js';
import { JobQueue } from './job-queue.js';

export const RUN_ACTION = 'job.run';

/** Writes one audit record per job, when it has ended. */
@Injectable()
export class JobRecorder {
  constructor(
    private readonly trail: AuditTrail,
    private readonly queue: JobQueue,
    @InjectRepository(AuditRecord) private readonly records: Repository<AuditRecord>,
  ) {}

  /** @throws ApiError `audit_unavailable`; {@link catchUp} retries */
  async record(job: Job): Promise<void> {
    const { id, requestId, actorKind, actorId, username, clientId, tokenId, address, rowsDone: rows } = job;
    await this.trail.append({
      time: job.startedAt ?? job.createdAt,
      kind: 'prediction',
      action: RUN_ACTION,
      requestId,
      actorKind,
      actorId,
      username,
      clientId,
      tokenId,
      address,
      error: job.errorCode,
      durationMs: Date.parse(job.finishedAt!) - Date.parse(job.startedAt ?? job.finishedAt!),
      model: job.model,
      version: job.version,
      modelDigest: job.modelDigest,
      rows,
      subject: id,
      request: JSON.stringify({
        job: id,
        format: job.format,
        bytes: job.bytesTotal,
        sha256: job.inputDigest,
      }),
      response: JSON.stringify({
        job: id,
        state: job.state,
        rows,
        rows_failed: job.rowsFailed,
        sha256: job.resultsDigest,
      }),
    });
    await this.queue.markRecorded(id);
  }

  /**
   * Records the jobs that a killed server left unrecorded. If the record exists and only the job was not
   * marked, marks it.
   */
  async catchUp(): Promise<void> {
    const jobs = await this.queue.unrecorded();
    if (jobs.length > 0) await this.trail.settle();
    for (const job of jobs) {
      if (await this.records.existsBy({ subject: job.id, action: RUN_ACTION }))
        await this.queue.markRecorded(job.id);
      else await this.record(job);
    }
  }
}
