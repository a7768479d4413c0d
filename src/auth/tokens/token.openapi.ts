import type { ApiBodyOptions, ApiResponseOptions } from '@nestjs/swagger';

const scope = {
  type: 'string',
  description: 'Requested scopes, space-separated; default: all scopes of the user or service account',
} as const;
const clientId = { type: 'string', maxLength: 128 } as const;
const secret = { type: 'string', format: 'password' } as const;

const PASSWORD_GRANT = {
  title: 'password',
  type: 'object',
  required: ['username', 'password'],
  properties: {
    grant_type: { type: 'string', enum: ['password'], description: 'Optional' },
    username: { type: 'string', maxLength: 128, example: 'trialuser' },
    password: { ...secret, description: 'At most 72 bytes', example: 'trialpass123' },
    scope,
    client_id: clientId,
    client_secret: secret,
  },
} as const;

const REFRESH_TOKEN_GRANT = {
  title: 'refresh_token',
  type: 'object',
  required: ['grant_type', 'refresh_token'],
  properties: {
    grant_type: { type: 'string', enum: ['refresh_token'] },
    refresh_token: { ...secret, description: 'Valid for one use; the response contains the next one' },
    scope: { ...scope, description: 'Requested scopes, space-separated; default: all scopes of the login' },
    client_id: clientId,
  },
} as const;

const CLIENT_CREDENTIALS_GRANT = {
  title: 'client_credentials',
  type: 'object',
  required: ['grant_type'],
  properties: {
    grant_type: { type: 'string', enum: ['client_credentials'] },
    client_id: { ...clientId, description: 'Required unless sent with HTTP Basic' },
    client_secret: { ...secret, description: 'Required unless sent with HTTP Basic' },
    scope,
  },
} as const;

export const TOKEN_FORM = {
  required: true,
  schema: { oneOf: [PASSWORD_GRANT, REFRESH_TOKEN_GRANT, CLIENT_CREDENTIALS_GRANT] },
  examples: {
    password: {
      summary: 'Log in with a user name and a password',
      value: { grant_type: 'password', username: 'trialuser', password: 'trialpass123' },
    },
    refresh_token: {
      summary: 'Refresh a login',
      value: { grant_type: 'refresh_token', refresh_token: 'the one from the last response' },
    },
    client_credentials: {
      summary: 'Log in as a service account',
      value: { grant_type: 'client_credentials', client_id: 'nightly-report', client_secret: 'its secret' },
    },
  },
} as unknown as ApiBodyOptions;

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
      refresh_token: { type: 'string', description: 'Gets the next access token; not for service accounts' },
    },
  },
};

export const REVOCATION_FORM: ApiBodyOptions = {
  required: true,
  schema: {
    type: 'object',
    required: ['token'],
    properties: {
      token: { type: 'string', description: 'A refresh or access token', example: 'the token' },
      token_type_hint: {
        type: 'string',
        enum: ['refresh_token', 'access_token'],
        description: 'Not required',
      },
    },
  },
};
