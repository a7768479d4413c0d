import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AUDIT_COLUMNS, AUDIT_PROPERTIES } from '../trail/audit-columns.js';
import type { AuditEntry } from '../trail/audit-draft.js';
import { type RecordedCall, requestRecord } from './request-record.js';

const CALL: RecordedCall = {
  id: 'request-1',
  address: '192.0.2.1',
  method: 'POST',
  url: '/v1/models/diabetes:predict?secret=x',
  routeOptions: {
    url: '/v1/models/:name',
    config: { protocol: { name: 'v1' }, bodySchema: z.object({ name: z.string() }) },
  },
  headers: { 'x-subject-id': 'case-1' },
  body: { name: 'a', pwd: 'x' },
  rawBody: '{"instances":[]}',
  arrivedAt: performance.now(),
  user: { kind: 'user', id: 'u1', name: 'ann', clientId: 'lab', tokenId: 't1' },
};

const prediction = { model: 'diabetes', version: 1, digest: 'd', rows: 1, flags: {} };
const outcome = { status: 200, error: 'conflict', response: '{}' } as const;

describe('requestRecord', () => {
  it('fills every column that a record is drafted with', () => {
    const drafts: AuditEntry[] = [
      requestRecord({ ...CALL, prediction }, outcome),
      requestRecord({ ...CALL, administration: { action: 'user.update' } }, outcome),
    ];
    const drafted = AUDIT_PROPERTIES.filter(
      (property) => ['fact', 'content'].includes(AUDIT_COLUMNS[property].part) && property !== 'contentSalt',
    );
    const empty = drafted.filter((property) =>
      drafts.every((draft) => (draft[property as keyof AuditEntry] ?? null) === null),
    );
    expect(empty).toEqual([]);
  });

  it('keeps the fields of the body that the schema of the route names', () => {
    expect(requestRecord(CALL, outcome).request).toBe('{"name":"a"}');
  });
});
