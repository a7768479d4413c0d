import { EntitySchema } from 'typeorm';
import { AUDIT_COLUMNS, AUDIT_PROPERTIES, type AuditValues, columnName } from './audit-columns.js';

/** One line of the audit trail. Written by {@link AuditWriter} only; an erasure removes contents, nothing changes the rest. */
export type AuditRecord = { id: number } & AuditValues;

const index = (name: string, columns: (keyof AuditRecord)[], where?: string) => ({
  name: `audit_records_${name}`,
  columns,
  where,
});

export const AuditRecord = new EntitySchema<AuditRecord>({
  name: 'AuditRecord',
  tableName: 'audit_records',
  columns: {
    id: { type: 'integer', primary: true, generated: 'increment' },
    ...(Object.fromEntries(
      AUDIT_PROPERTIES.map((property) => {
        const { type, nullable } = AUDIT_COLUMNS[property];
        return [property, { name: columnName(property), type, nullable }];
      }),
    ) as Record<keyof AuditValues, { name: string; type: 'varchar'; nullable: boolean }>),
  },
  indices: [
    { ...index('chain', ['writer', 'seq']), unique: true },
    index('time', ['time', 'id']),
    index('request_id', ['requestId', 'time', 'id']),
    index('actor', ['actorId', 'time', 'id']),
    index('username', ['username', 'time', 'id']),
    index('model', ['model', 'time', 'id']),
    index('subject', ['subject', 'time', 'id'], 'subject IS NOT NULL'),
    index('action', ['action', 'time', 'id'], 'action IS NOT NULL'),
    index('kind', ['kind', 'time', 'id'], "kind <> 'prediction'"),
    // Over an expression, (status / 100): only the migration can make it.
    { name: 'audit_records_failure', columns: ['status', 'time', 'id'], synchronize: false },
  ],
});
