import type { FastifyReply } from 'fastify';
import type { Results } from './jobs.service.js';

const MEDIA_TYPES = { csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson' } as const;

/** The status and headers of a download, complete or partial (RFC 9110, sections 14.4 and 15.3.7). */
export function describeResults(reply: FastifyReply, { job, size, range }: Results): void {
  const length = range ? range.end - range.start + 1 : size;
  if (range) void reply.status(206).header('content-range', `bytes ${range.start}-${range.end}/${size}`);
  void reply.headers({
    'content-type': MEDIA_TYPES[job.format],
    'content-length': String(length),
    'content-disposition': `attachment; filename="${job.id}.${job.format}"`,
    'accept-ranges': 'bytes',
    etag: `"${job.resultsDigest}"`,
  });
}
