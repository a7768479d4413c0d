import { z } from 'zod';
import { cursorParameter } from './audit-cursor.js';

const LIMIT_MAX = 1000;

const once = 'must be given once';

/** Parameters of `GET /v1/audit` in addition to the filters. */
export const PAGE_PARAMETERS = {
  order: z.enum(['asc', 'desc'], 'must be asc or desc').default('desc'),
  limit: z
    .string(once)
    .regex(/^\d{1,4}$/, `must be a whole number from 1 to ${LIMIT_MAX}`)
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= LIMIT_MAX, `must be a whole number from 1 to ${LIMIT_MAX}`)
    .prefault('100'),
  cursor: cursorParameter.optional(),
};

/** Parameters of `GET /v1/audit/export` in addition to the filters. */
export const EXPORT_PARAMETERS = {
  format: z.enum(['csv', 'ndjson'], 'must be csv or ndjson').default('csv'),
  order: z.enum(['asc', 'desc'], 'must be asc or desc').default('asc'),
};
