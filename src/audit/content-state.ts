import type { AuditRecord } from '../trail/audit-record.entity.js';

/** True if the inputs were redacted before they were recorded, according to the record's chained part. */
export const isRedacted = ({ flags }: Pick<AuditRecord, 'flags'>): boolean =>
  flags !== null && (JSON.parse(flags) as { redacted?: unknown }).redacted === true;

/** True if the content was erased. An erasure removes the salt, which every record has. */
export const isErased = ({ contentSalt }: Pick<AuditRecord, 'contentSalt'>): boolean => contentSalt === null;
