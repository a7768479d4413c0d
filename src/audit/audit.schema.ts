import { z } from 'zod';
import { ACTOR_KINDS } from '../common/actor.js';
import { documentedAs } from '../common/components.js';
import { timestamp } from '../common/fields.js';
import { pageSchema } from '../common/page.js';
import {
  type AnyAuditColumn,
  AUDIT_COLUMNS,
  AUDIT_PROPERTIES,
  type AuditProperty,
  type ColumnName,
  columnName,
} from '../trail/audit-columns.js';
import type { ErasureRequest } from '../trail/erasure.js';
import { time, word } from './audit-filter.schema.js';

export const RECORD_PATH = z.object({
  id: documentedAs(z.string(), { type: 'integer', minimum: 1, examples: [42] }),
});
export type RecordPath = z.output<typeof RECORD_PATH>;

/** A column's values in an answer: bytes are shown as text. */
function fieldOf(property: AuditProperty): z.ZodType {
  const { type, nullable, description, values } = AUDIT_COLUMNS[property] as AnyAuditColumn;
  const form = values ? z.enum(values) : FORMS[type];
  return (nullable ? form.nullable() : form).describe(description);
}

const FORMS = { varchar: z.string(), text: z.string(), integer: z.int(), 'double precision': z.number() };

/** The columns of docs/audit.md. */
export const RECORD = z
  .object({
    id: z.int(),
    ...(Object.fromEntries(
      AUDIT_PROPERTIES.map((property) => [columnName(property), fieldOf(property)]),
    ) as Record<ColumnName, z.ZodType>),
    time: timestamp.describe(AUDIT_COLUMNS.time.description),
  })
  .meta({ id: 'AuditRecord' });

export const RECORD_PAGE = pageSchema('AuditRecordPage', RECORD).describe(
  'A page may be short, or empty, before the end: `next` is null at the end only',
);

export const REPLAY = z
  .object({
    same: z.boolean().describe('True if the answers are equal, to the last digit'),
    model: z.string(),
    version: z.int(),
    digest: z.string().describe('Of the version'),
    recorded: z.unknown().describe('The recorded answer'),
    replayed: z.unknown().describe('The answer now'),
    differences: z.array(
      z.object({
        path: z.string().meta({ examples: ['outputs[0].data[3]'] }),
        recorded: z.unknown().optional(),
        replayed: z.unknown().optional(),
      }),
    ),
  })
  .meta({ id: 'Replay' });

export const ERASURE_REQUEST = z
  .strictObject({
    subject: word
      .optional()
      .describe('The business id of `x-subject-id`')
      .meta({ examples: ['case-12'] }),
    user: word.optional().describe("The caller's name, in any case"),
    actor_kind: z.enum(ACTOR_KINDS).optional().describe("The caller's kind; `user` unless given"),
    actor_id: word.optional().describe("The caller's id"),
    before: time.optional().describe('Records from this date or time on stay'),
  })
  .refine(
    ({ subject, user, actor_id: id }) => [subject, user, id].some((given) => given !== undefined),
    'must have subject, user or actor_id',
  )
  .meta({ id: 'ErasureRequest' });

export const ERASURE = z
  .object({
    erased: z.int().describe('Records that lost their content'),
    jobs: z.int().describe('Batch jobs that were deleted with their files'),
    complete: z.boolean().describe('False if something is left: send the request again'),
  })
  .meta({ id: 'Erasure' });

export const EXPORTED = z.string().describe('A record a line');

export type ErasureBody = z.output<typeof ERASURE_REQUEST>;

export const erasureOf = ({
  actor_kind: actorKind,
  actor_id: actorId,
  ...rest
}: ErasureBody): ErasureRequest => ({
  ...rest,
  actorKind,
  actorId,
});
