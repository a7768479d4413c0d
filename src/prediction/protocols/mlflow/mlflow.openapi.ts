import type { ApiBodyOptions, ApiResponseOptions } from '@nestjs/swagger';

const ROW = [3, 102, 44, 20, 94, 30.8, 0.4, 26];
const LIST = { type: 'array', minItems: 1, items: {} };

export const INVOCATIONS_BODY = {
  schema: {
    type: 'object',
    description: 'Exactly one of the input fields',
    properties: {
      dataframe_split: {
        type: 'object',
        required: ['data'],
        properties: {
          columns: { type: 'array', items: { type: 'string' } },
          index: { type: 'array', items: {} },
          data: { type: 'array', minItems: 1, items: { type: 'array', items: {} } },
        },
      },
      dataframe_records: { ...LIST, items: { type: 'object', additionalProperties: true } },
      instances: LIST,
      inputs: { oneOf: [LIST, { type: 'object', additionalProperties: LIST }] },
      params: { type: 'object', additionalProperties: true, description: 'Ignored' },
    },
    oneOf: ['dataframe_split', 'dataframe_records', 'instances', 'inputs'].map((name) => ({
      required: [name],
    })),
    example: { instances: [ROW] },
  },
} as unknown as ApiBodyOptions;

export const INVOCATIONS_ANSWER = {
  status: 200,
  description: 'A label or value a row; objects by output name where the model gives several',
  content: {
    'application/json': {
      schema: { type: 'object', required: ['predictions'], properties: { predictions: { ...LIST } } },
      example: { predictions: [0] },
    },
    'text/csv': { schema: { type: 'string' }, example: '0\n' },
  },
} as unknown as ApiResponseOptions;
