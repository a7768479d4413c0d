import { z } from 'zod';
import { timestamp } from '../common/fields.js';
import { pageQuery, pageSchema } from '../common/page.js';

const model = z
  .string()
  .describe("The model's name")
  .meta({ examples: ['diabetes'] });

export const JOBS_PATH = z.object({ name: model });
export type JobsPath = z.output<typeof JOBS_PATH>;

export const JOB_PATH = z.object({ name: model, id: z.string().describe('Of the job') });
export type JobPath = z.output<typeof JOB_PATH>;

export const JOB_PAGE_QUERY = z.strictObject(pageQuery(2));
export type JobPageQuery = z.output<typeof JOB_PAGE_QUERY>;

const option = z.string().max(4096);

export const HEADER = z.enum(['present', 'absent']);

export const JOB_OPTIONS = z.strictObject({
  version: option.optional().describe('Default: the live version'),
  header: HEADER.optional().describe('Whether a CSV file has a header; detected unless given'),
  on_error: z
    .enum(['continue', 'stop'])
    .default('continue')
    .describe('What to do after a row that cannot be predicted'),
  outputs: option.optional().describe("Comma-separated; the model's default outputs unless given"),
});
export type JobOptionsQuery = z.output<typeof JOB_OPTIONS>;

export const CSV_FILE = z
  .string()
  .describe('RFC 4180, with a header of feature names in any order, or without one')
  .meta({ examples: ['3,102,44,20,94,30.8,0.4,26\n'] });

export const NDJSON_FILE = z
  .string()
  .describe('A list or an object a line')
  .meta({ examples: ['[3,102,44,20,94,30.8,0.4,26]\n'] });

export const FILE_FORM = z.object({ file: z.file().describe('CSV or NDJSON') }).meta({ id: 'JobForm' });

export const JOB = z
  .object({
    id: z.string(),
    model,
    version: z
      .string()
      .describe('Fixed when the job is created')
      .meta({ examples: ['1'] }),
    username: z.string().describe('Who created it'),
    state: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']),
    progress: z.number().describe('Bytes read of all bytes, from 0 to 1'),
    rows_done: z.int(),
    rows_failed: z.int().describe('Rows whose result is an error'),
    bytes_read: z.int(),
    bytes_total: z.int(),
    format: z.enum(['csv', 'ndjson']),
    on_error: z.enum(['continue', 'stop']),
    outputs: z.array(z.string()).optional(),
    input_sha256: z.string(),
    results_sha256: z.string().optional(),
    error: z.object({ code: z.string().nullable(), detail: z.string() }).optional(),
    created_at: timestamp,
    started_at: timestamp.nullable(),
    finished_at: timestamp.nullable(),
  })
  .meta({ id: 'Job' });
export type JobView = z.output<typeof JOB>;

export const JOB_PAGE = pageSchema('JobPage', JOB);

export const RESULTS = z.string().describe('A line a row, in the order of the rows');
