import { z } from 'zod';
import { documentedAs } from '../common/components.js';
import { timestamp } from '../common/fields.js';
import { pageSchema } from '../common/page.js';
import { time, word } from './audit-filter.schema.js';

export const RECORD_PATH = z.object({
  id: documentedAs(z.string(), { type: 'integer', minimum: 1, examples: [42] }),
});
export type RecordPath = z.output<typeof RECORD_PATH>;

const text = z.string().nullable();
const number = z.number().nullable();
const integer = z.int().nullable();

/** The columns of docs/audit.md. Typed loosely by `RecordView`, whose test compares the two. */
export const RECORD = z
  .object({
    id: z.int(),
    writer: z.string().describe('The chain'),
    seq: z.int().describe('Place in the chain'),
    time: timestamp,
    kind: z.enum(['prediction', 'request', 'administration']),
    action: text.describe('For administration: what was done, as `user.disable`'),
    request_id: text,
    username: text.describe('Name of the caller'),
    client_id: text,
    token_id: text,
    address: text,
    method: text,
    route: text,
    protocol: text.describe('Of a prediction'),
    status: integer.describe('HTTP status'),
    error: text.describe('Code of the error'),
    duration_ms: number,
    model: text,
    version: integer,
    model_digest: text,
    rows: integer,
    flags: text,
    subject: text.describe('`x-subject-id` of the caller; for administration, whom or what it was about'),
    request: text.describe('The body, as text'),
    response: text,
    request_headers: text,
    content_salt: text,
    content_digest: z.string(),
    hash: z.string(),
    mac: text,
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
    user: word.optional().describe("A user's name"),
    before: time.optional().describe('Records from this date or time on stay'),
  })
  .refine(({ subject, user }) => subject !== undefined || user !== undefined, 'must have subject or user')
  .meta({ id: 'ErasureRequest' });

export const ERASURE = z
  .object({
    erased: z.int().describe('Records that lost their content'),
    complete: z.boolean().describe('False if something is left: send the request again'),
  })
  .meta({ id: 'Erasure' });

export const EXPORTED = z.string().describe('A record a line');
