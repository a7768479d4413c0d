import type { ApiBodyOptions } from '@nestjs/swagger';
import { z } from 'zod';
import { documented } from '../../../common/components.js';
import { COLUMNS, EXAMPLE_ROW, ROW, ROWS, VALUE } from '../../openapi/row.schemas.js';

const SPLIT = z.object({
  columns: z.array(z.string()).optional().describe('Default: the order of the features'),
  index: z.array(VALUE).optional().describe('Ignored'),
  data: z.array(z.array(VALUE)).min(1),
});
const INVOCATIONS_REQUEST = z
  .union([
    z.object({ dataframe_split: SPLIT }),
    z.object({ dataframe_records: z.array(z.record(z.string(), VALUE)).min(1) }),
    z.object({ instances: ROWS }),
    z.object({ inputs: z.union([ROWS, COLUMNS]) }),
    z.string().describe('CSV, if the type is text/csv'),
  ])
  .meta({ id: 'InvocationsRequest', examples: [{ instances: [EXAMPLE_ROW] }] });

const INVOCATIONS_RESPONSE = z
  .object({ predictions: z.array(z.union([VALUE, ROW])) })
  .describe('One label or value per row; objects by output name if the model has several outputs')
  .meta({ id: 'InvocationsResponse', examples: [{ predictions: [0] }] });

export const INVOCATIONS_BODY = { schema: documented(INVOCATIONS_REQUEST, 'input') } as ApiBodyOptions;

export const INVOCATIONS_ANSWER = {
  'application/json': documented(INVOCATIONS_RESPONSE, 'output'),
  'text/csv': { type: 'string' },
};
