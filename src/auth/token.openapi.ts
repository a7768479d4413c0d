import type { ApiBodyOptions, ApiResponseOptions } from '@nestjs/swagger';

export const TOKEN_FORM: ApiBodyOptions = {
  required: true,
  schema: {
    type: 'object',
    required: ['username', 'password'],
    properties: {
      grant_type: { type: 'string', enum: ['password'] },
      username: { type: 'string', maxLength: 128, example: 'trialuser' },
      password: {
        type: 'string',
        format: 'password',
        description: '72 bytes or less',
        example: 'trialpass123',
      },
      scope: {
        type: 'string',
        description: 'Scopes asked for, space-separated; all that the user may have unless given',
      },
      client_id: { type: 'string' },
      client_secret: { type: 'string', format: 'password' },
    },
  },
};

export const TOKEN_ANSWER: ApiResponseOptions = {
  status: 200,
  description: 'A bearer token',
  schema: {
    type: 'object',
    required: ['access_token', 'token_type', 'expires_in', 'scope'],
    properties: {
      access_token: { type: 'string', description: 'A JWT' },
      token_type: { type: 'string', enum: ['bearer'] },
      expires_in: { type: 'integer', description: 'Seconds', example: 1800 },
      scope: { type: 'string', example: 'predict models:read audit:read' },
    },
  },
};
