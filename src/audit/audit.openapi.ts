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

export const PAGE_ANSWER = answer('The records and the cursor of the next page', {
  type: 'object',
  required: ['records', 'next'],
  properties: {
    records: { type: 'array', items: RECORD_SCHEMA },
    next: {
      type: 'string',
      nullable: true,
      description: 'Cursor of the next page; null at the end. A page may be short or empty before the end.',
    },
  },
});

export const RECORD_ANSWER = answer('The record', RECORD_SCHEMA);

export const EXPORT_ANSWER = {
  status: 200,
  description: 'The records, one per line',
  content: {
    'text/csv': { schema: { type: 'string' } },
    'application/x-ndjson': { schema: { type: 'string' } },
  },
} as unknown as ApiResponseOptions;

export const REPLAY_ANSWER = answer('The new response, compared with the recorded one', {
  type: 'object',
  required: ['same', 'model', 'version', 'digest', 'recorded', 'replayed', 'differences'],
  properties: {
    same: { type: 'boolean', description: 'True if the responses are equal to the last digit' },
    model: { type: 'string' },
    version: { type: 'integer' },
    digest: { type: 'string' },
    recorded: { description: 'The recorded response' },
    replayed: { description: 'The new response' },
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
      before: { type: 'string', description: 'A date or time; only records before it are erased' },
    },
  },
};

export const ERASURE_ANSWER = answer('Number of records whose content was erased', {
  type: 'object',
  required: ['erased', 'complete'],
  properties: {
    erased: { type: 'integer' },
    complete: { type: 'boolean', description: 'False if another call is needed' },
  },
});

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  from: 'Start of the time range, inclusive: a date or time (UTC unless a zone is given)',
  to: 'End of the time range, exclusive: a date or time',
  user: 'Name of the caller',
  model: 'The requested model',
  version: 'Version of the model that answered',
  kind: '`prediction`, `request` or `administration`',
  action: 'Act of administration, for example `user.disable`',
  status: 'HTTP status (`404`) or class (`4xx`)',
  request_id: 'Id of the request',
  subject:
    'Business id that the caller sent in `x-subject-id`; for administration, the user or object that was changed',
  client_id: 'The OAuth2 client',
  feature: '`NAME:VALUE`: value of a recorded input; `feature.NAME=VALUE` is equivalent',
};

/** Documents the filter parameters of a route. */
export const ApiFilters = (): MethodDecorator =>
  applyDecorators(
    ...Object.entries(DESCRIPTIONS).map(([name, description]) =>
      ApiQuery({ name, description, required: false, schema: { type: 'string' } }),
    ),
  );
