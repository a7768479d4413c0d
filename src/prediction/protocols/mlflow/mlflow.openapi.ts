import { z } from 'zod';
import type { Content, OperationBody } from '../../../common/operation.js';
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
  ])
  .meta({ id: 'InvocationsRequest', examples: [{ instances: [EXAMPLE_ROW] }] });

const INVOCATIONS_RESPONSE = z
  .object({ predictions: z.array(z.union([VALUE, ROW])) })
  .describe('One label or value per row; objects by output name if the model has several outputs')
  .meta({ id: 'InvocationsResponse', examples: [{ predictions: [0] }] });

export const INVOCATIONS_BODY: OperationBody = {
  content: {
    'application/json': INVOCATIONS_REQUEST,
    'text/csv': z
      .string()
      .describe('With a header or without one')
      .meta({ examples: [`${EXAMPLE_ROW.join()}\n`] }),
  },
};

export const INVOCATIONS_ANSWER: Content = {
  'application/json': INVOCATIONS_RESPONSE,
  'text/csv': z.string(),
};
