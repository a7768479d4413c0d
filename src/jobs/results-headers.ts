import type { FastifyReply } from 'fastify';
import { entityTag } from './conditional-request.js';
import type { Results } from './jobs.service.js';

const MEDIA_TYPES = { csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson' } as const;

/** The status and headers of a download: complete, partial or not modified (RFC 9110, sections 14.4, 15.3.7, 15.4.5). */
export function describeResults(reply: FastifyReply, { job, size, range, stream }: Results): void {
  // A copy may be kept, but not used without asking: the job may be deleted, or the caller's rights be gone.
  void reply.headers({
    etag: entityTag(job.resultsDigest!),
    vary: 'Accept-Encoding',
    'cache-control': 'private, no-cache',
  });
  if (!stream) return void reply.status(304);
  const length = range ? range.end - range.start + 1 : size;
  if (range) void reply.status(206).header('content-range', `bytes ${range.start}-${range.end}/${size}`);
  void reply.headers({
    'content-type': MEDIA_TYPES[job.format],
    'content-length': String(length),
    'content-disposition': `attachment; filename="${job.id}.${job.format}"`,
    'accept-ranges': 'bytes',
  });
}
