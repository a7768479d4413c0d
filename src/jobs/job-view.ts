import type { Job } from './job.entity.js';
import type { JobView } from './jobs.schema.js';

/** A job as returned by the API. A finished one counts as running until its audit record is on disk. */
export function jobView(job: Job): JobView {
  const isFinished = job.finishedAt !== null && job.recorded;
  const state = isFinished || job.finishedAt === null ? job.state : 'running';
  return {
    id: job.id,
    model: job.model,
    version: String(job.version),
    username: job.username,
    state,
    progress: state === 'succeeded' ? 1 : job.bytesRead / job.bytesTotal,
    rows_done: job.rowsDone,
    rows_failed: job.rowsFailed,
    bytes_read: job.bytesRead,
    bytes_total: job.bytesTotal,
    format: job.format,
    on_error: job.onError,
    outputs: job.outputs?.split(','),
    input_sha256: job.inputDigest,
    results_sha256: job.resultsDigest ?? undefined,
    error: isFinished && job.error !== null ? { code: job.errorCode, detail: job.error } : undefined,
    created_at: job.createdAt,
    started_at: job.startedAt,
    finished_at: isFinished ? job.finishedAt : null,
  };
}
