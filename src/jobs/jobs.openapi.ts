import type { ApiBodyOptions, ApiQueryOptions, ApiResponseOptions } from '@nestjs/swagger';

const JOB_SCHEMA = {
  type: 'object',
  required: [
    'id',
    'model',
    'version',
    'state',
    'progress',
    'rows_done',
    'rows_failed',
    'bytes_read',
    'bytes_total',
  ],
  properties: {
    id: { type: 'string', format: 'uuid' },
    model: { type: 'string', example: 'diabetes' },
    version: { type: 'string', example: '1', description: 'Fixed when the job is created' },
    username: { type: 'string', example: 'trialuser' },
    state: { type: 'string', enum: ['queued', 'running', 'succeeded', 'failed', 'cancelled'] },
    progress: { type: 'number', minimum: 0, maximum: 1, description: 'Share of the bytes read, 0 to 1' },
    rows_done: { type: 'integer' },
    rows_failed: { type: 'integer', description: 'Rows whose result is an error' },
    bytes_read: { type: 'integer' },
    bytes_total: { type: 'integer' },
    format: { type: 'string', enum: ['csv', 'ndjson'] },
    on_error: { type: 'string', enum: ['continue', 'stop'] },
    outputs: { type: 'array', items: { type: 'string' } },
    input_sha256: { type: 'string' },
    results_sha256: { type: 'string' },
    error: { type: 'object', properties: { code: { type: 'string' }, detail: { type: 'string' } } },
    created_at: { type: 'string', format: 'date-time' },
    started_at: { type: 'string', format: 'date-time', nullable: true },
    finished_at: { type: 'string', format: 'date-time', nullable: true },
  },
} as const;

export const JOB_ANSWER = {
  status: 200,
  description: 'The job',
  schema: JOB_SCHEMA,
} as unknown as ApiResponseOptions;

export const JOB_ACCEPTED = {
  status: 202,
  description: 'The job is queued',
  headers: { Location: { description: 'Address of the job', schema: { type: 'string' } } },
  schema: JOB_SCHEMA,
} as unknown as ApiResponseOptions;

export const JOB_LIST_ANSWER = {
  status: 200,
  description: 'Newest first',
  schema: { type: 'object', properties: { jobs: { type: 'array', items: JOB_SCHEMA } } },
} as unknown as ApiResponseOptions;

const lines = { schema: { type: 'string', format: 'binary' } } as const;

export const RESULTS_ANSWER = {
  status: 200,
  description: 'One line per row, in the order and format of the input',
  headers: { ETag: { description: 'SHA-256 of the results', schema: { type: 'string' } } },
  content: { 'text/csv': lines, 'application/x-ndjson': lines },
} as unknown as ApiResponseOptions;

export const RESULTS_PART = {
  status: 206,
  description: 'The requested range',
  content: { 'text/csv': lines, 'application/x-ndjson': lines },
} as unknown as ApiResponseOptions;

export const FILE_BODY: ApiBodyOptions = {
  description:
    'CSV (RFC 4180), with a header of feature names in any order, or without one; or NDJSON, one list or object per line. As a form: one file.',
  schema: { type: 'string', format: 'binary', example: '[3,102,44,20,94,30.8,0.4,26]\n' },
};

export const OPTION_QUERIES: readonly ApiQueryOptions[] = [
  { name: 'version', required: false, schema: { type: 'string' }, description: 'Default: the live version' },
  {
    name: 'header',
    required: false,
    schema: { type: 'string', enum: ['present', 'absent'] },
    description: 'Whether a CSV file has a header; default: detected',
  },
  {
    name: 'on_error',
    required: false,
    schema: { type: 'string', enum: ['continue', 'stop'], default: 'continue' },
    description: 'What to do after a row that cannot be predicted',
  },
  {
    name: 'outputs',
    required: false,
    schema: { type: 'string' },
    description: "Comma-separated; default: the model's default outputs",
  },
];
