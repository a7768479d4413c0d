import { applyDecorators } from '@nestjs/common';
import { type ApiBodyOptions, ApiQuery, type ApiResponseOptions } from '@nestjs/swagger';

const RECORD_SCHEMA = {
  type: 'object',
  description: 'The columns of docs/audit.md',
  additionalProperties: true,
  properties: {
    id: { type: 'integer' },
    time: { type: 'string', format: 'date-time' },
    kind: { type: 'string', enum: ['prediction', 'request', 'administration'] },
    request_id: { type: 'string', nullable: true },
    username: { type: 'string', nullable: true },
    status: { type: 'integer', nullable: true },
    model: { type: 'string', nullable: true },
    version: { type: 'integer', nullable: true },
    request: { type: 'string', nullable: true },
    response: { type: 'string', nullable: true },
  },
} as const;

const answer = (description: string, schema: object): ApiResponseOptions => ({
  status: 200,
  description,
  schema,
});

export const PAGE_ANSWER = answer('The records, and where to go on', {
  type: 'object',
  required: ['records', 'next'],
  properties: {
    records: { type: 'array', items: RECORD_SCHEMA },
    next: {
      type: 'string',
      nullable: true,
      description:
        'The cursor of the next page; null at the end. A page may be short, or empty, before the end.',
    },
  },
});

export const RECORD_ANSWER = answer('The record', RECORD_SCHEMA);

export const EXPORT_ANSWER = {
  status: 200,
  description: 'The records, one a line',
  content: {
    'text/csv': { schema: { type: 'string' } },
    'application/x-ndjson': { schema: { type: 'string' } },
  },
} as unknown as ApiResponseOptions;

export const REPLAY_ANSWER = answer('What the model answers now, beside what it answered then', {
  type: 'object',
  required: ['same', 'model', 'version', 'digest', 'recorded', 'replayed', 'differences'],
  properties: {
    same: { type: 'boolean', description: 'Whether the answers are equal, to the last digit' },
    model: { type: 'string' },
    version: { type: 'integer' },
    digest: { type: 'string' },
    recorded: { description: 'The answer that was recorded' },
    replayed: { description: 'The answer of now' },
    differences: {
      type: 'array',
      items: {
        type: 'object',
        properties: { path: { type: 'string', example: 'outputs[0].data[3]' }, recorded: {}, replayed: {} },
      },
    },
  },
});

export const ERASURE_BODY: ApiBodyOptions = {
  schema: {
    type: 'object',
    properties: {
      subject: { type: 'string', description: 'The business id of `x-subject-id`', example: 'case-12' },
      user: { type: 'string', description: "A user's name" },
      before: { type: 'string', description: 'A date or time; records from then on stay' },
    },
  },
};

export const ERASURE_ANSWER = answer('How many records lost their content', {
  type: 'object',
  required: ['erased', 'complete'],
  properties: {
    erased: { type: 'integer' },
    complete: { type: 'boolean', description: 'False when something is left, for a further call' },
  },
});

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  from: 'A date or time (UTC unless it names a zone), included',
  to: 'A date or time, not included',
  user: 'Who asked',
  model: 'The model asked',
  version: "The model's version that answered",
  kind: '`prediction`, `request` or `administration`',
  action: 'What was done, for administration: `user.disable`',
  status: 'A status as `404`, or a class as `4xx`',
  request_id: 'The id of the call',
  subject:
    'The business id that the caller sent in `x-subject-id`; for administration, whom or what it was about',
  client_id: 'The OAuth2 client',
  feature: "`NAME:VALUE`: a recorded input's value; `feature.NAME=VALUE` says the same",
};

/** Documents the filters of the routes that have them. */
export const ApiFilters = (): MethodDecorator =>
  applyDecorators(
    ...Object.entries(DESCRIPTIONS).map(([name, description]) =>
      ApiQuery({ name, description, required: false, schema: { type: 'string' } }),
    ),
  );
