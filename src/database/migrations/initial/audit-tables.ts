import type { TableOptions } from 'typeorm';
import { double, flag, index, integer, longText, optional, serialKey, text } from '../columns.js';

/** The audit trail and its signed checkpoints. */
export const AUDIT_TABLES: readonly TableOptions[] = [
  {
    name: 'audit_records',
    columns: [
      serialKey(),
      text('writer'),
      integer('seq'),
      text('time'),
      text('kind'),
      optional(text('action')),
      optional(text('request_id')),
      optional(text('actor_kind')),
      optional(text('actor_id')),
      optional(text('username')),
      optional(text('client_id')),
      optional(text('token_id')),
      optional(text('address')),
      optional(text('method')),
      optional(text('route')),
      optional(text('protocol')),
      optional(integer('status')),
      optional(text('error')),
      optional(double('duration_ms')),
      optional(text('model')),
      optional(integer('version')),
      optional(text('model_digest')),
      optional(integer('rows')),
      optional(longText('flags')),
      optional(text('subject')),
      optional(text('content_salt')),
      optional(longText('request')),
      optional(longText('response')),
      optional(longText('request_headers')),
      text('content_digest'),
      text('mac'),
      text('hash'),
    ],
    indices: [
      { ...index('audit_records_chain', ['writer', 'seq']), isUnique: true },
      index('audit_records_time', ['time', 'id']),
      index('audit_records_request_id', ['request_id', 'time', 'id']),
      index('audit_records_actor', ['actor_id', 'time', 'id']),
      index('audit_records_username', ['username', 'time', 'id']),
      index('audit_records_model', ['model', 'time', 'id']),
      // A prediction that was answered, the common case, costs none of these.
      index('audit_records_subject', ['subject', 'time', 'id'], 'subject IS NOT NULL'),
      index('audit_records_action', ['action', 'time', 'id'], 'action IS NOT NULL'),
      index('audit_records_kind', ['kind', 'time', 'id'], "kind <> 'prediction'"),
    ],
  },
  {
    name: 'audit_checkpoints',
    columns: [
      serialKey(),
      text('writer'),
      integer('seq'),
      text('hash'),
      text('time'),
      flag('pruned'),
      text('signature'),
    ],
  },
];

/** An index over an expression, which TypeORM's table options cannot describe. */
export const FAILURE_INDEX =
  'CREATE INDEX audit_records_failure ON audit_records ((status / 100), time, id) WHERE status >= 400';
