import type { ApiBodyOptions, ApiResponseOptions } from '@nestjs/swagger';
import { ALGORITHMS } from './signing-key.js';

const algorithm = { type: 'string', enum: [...ALGORITHMS] };
const time = { type: ['string', 'null'], format: 'date-time' };

const KEY_SCHEMA = {
  type: 'object',
  required: ['kid', 'algorithm', 'state', 'created_at', 'retired_at', 'verifies_until'],
  properties: {
    kid: { type: 'string', description: "Key id in the header of this key's tokens" },
    algorithm,
    state: { type: 'string', enum: ['active', 'verifying'] },
    created_at: time,
    retired_at: time,
    verifies_until: { ...time, description: "Time when the key's last token expires" },
  },
};

export const KEY_ANSWER = {
  status: 200,
  description: 'The active key',
  schema: KEY_SCHEMA,
} as unknown as ApiResponseOptions;

export const KEY_LIST_ANSWER = {
  status: 200,
  description: 'The signing keys',
  schema: {
    type: 'object',
    required: ['keys'],
    properties: { keys: { type: 'array', items: KEY_SCHEMA } },
  },
} as unknown as ApiResponseOptions;

export const ROTATION_BODY = {
  required: false,
  schema: {
    type: 'object',
    properties: { algorithm: { ...algorithm, description: 'Default: the algorithm of the active key' } },
    example: { algorithm: 'RS256' },
  },
} as ApiBodyOptions;

export const JWKS_ANSWER = {
  status: 200,
  description: 'A JWK Set (RFC 7517), empty if tokens are signed with a shared secret',
  schema: {
    type: 'object',
    required: ['keys'],
    properties: {
      keys: {
        type: 'array',
        items: {
          type: 'object',
          required: ['kty', 'kid', 'alg', 'use'],
          properties: {
            kty: { type: 'string', enum: ['RSA', 'EC'] },
            kid: { type: 'string' },
            alg: { type: 'string', enum: ['RS256', 'ES256'] },
            use: { type: 'string', enum: ['sig'] },
          },
        },
      },
    },
  },
} as ApiResponseOptions;
