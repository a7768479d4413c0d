import type { ApiBodyOptions, ApiResponseOptions } from '@nestjs/swagger';
import { ROWS_LIMIT } from './quotas.schema.js';

const ROWS = { type: 'integer' as const, minimum: 0, maximum: ROWS_LIMIT, description: '0 is no limit' };

const QUOTA = {
  type: 'object' as const,
  required: ['kind', 'rows_per_minute', 'rows_per_day'],
  properties: {
    kind: { type: 'string' as const, enum: ['user', 'service_account', 'model', 'default'] },
    name: { type: 'string' as const },
    rows_per_minute: ROWS,
    rows_per_day: ROWS,
  },
  example: { kind: 'user', name: 'trialuser', rows_per_minute: 1000, rows_per_day: 100_000 },
};

export const LIMITS_BODY: ApiBodyOptions = {
  required: true,
  schema: {
    type: 'object',
    required: ['rows_per_minute', 'rows_per_day'],
    additionalProperties: false,
    properties: { rows_per_minute: ROWS, rows_per_day: ROWS },
    example: { rows_per_minute: 1000, rows_per_day: 100_000 },
  },
};

export const QUOTA_ANSWER: ApiResponseOptions = { status: 200, description: 'The quota', schema: QUOTA };

export const QUOTAS_ANSWER: ApiResponseOptions = {
  status: 200,
  description: 'All quotas that were set',
  schema: { type: 'object', required: ['items'], properties: { items: { type: 'array', items: QUOTA } } },
};

export const MY_QUOTA_ANSWER: ApiResponseOptions = {
  status: 200,
  description: 'What is left; no item where nothing limits the caller',
  schema: {
    type: 'object',
    required: ['items'],
    properties: {
      items: {
        type: 'array',
        items: {
          type: 'object',
          required: ['period', 'limit', 'remaining', 'resets_at'],
          properties: {
            period: { type: 'string', enum: ['minute', 'day'] },
            limit: { type: 'integer' },
            remaining: { type: 'integer' },
            resets_at: { type: 'string', format: 'date-time' },
          },
        },
      },
    },
    example: {
      items: [{ period: 'day', limit: 100_000, remaining: 99_000, resets_at: '2026-01-02T00:00:00.000Z' }],
    },
  },
};
