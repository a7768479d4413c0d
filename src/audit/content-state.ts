import type { AuditRecord } from '../trail/audit-record.entity.js';

/** Whether the inputs were redacted before they were written; said in the record's chained part. */
export const isRedacted = ({ flags }: Pick<AuditRecord, 'flags'>): boolean =>
  flags !== null && (JSON.parse(flags) as { redacted?: unknown }).redacted === true;

/** Whether there was content that is no more; an erasure takes the salt with it, and every record has one. */
export const isErased = ({ contentSalt }: Pick<AuditRecord, 'contentSalt'>): boolean => contentSalt === null;
