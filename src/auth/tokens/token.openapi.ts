import type { ApiBodyOptions, ApiResponseOptions } from '@nestjs/swagger';

const scope = {
  type: 'string',
  description: 'Scopes asked for, space-separated; all that may be had unless given',
} as const;
const clientId = { type: 'string', maxLength: 128 } as const;
const secret = { type: 'string', format: 'password' } as const;

const PASSWORD_GRANT = {
  title: 'password',
  type: 'object',
  required: ['username', 'password'],
  properties: {
    grant_type: { type: 'string', enum: ['password'], description: 'May be left out' },
    username: { type: 'string', maxLength: 128, example: 'trialuser' },
    password: { ...secret, description: '72 bytes or less', example: 'trialpass123' },
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
    refresh_token: { ...secret, description: 'Good once; the answer has the next one' },
    scope: { ...scope, description: 'Fewer scopes than the login was given; all of those unless given' },
    client_id: clientId,
  },
} as const;

const CLIENT_CREDENTIALS_GRANT = {
  title: 'client_credentials',
  type: 'object',
  required: ['grant_type'],
  properties: {
    grant_type: { type: 'string', enum: ['client_credentials'] },
    client_id: { ...clientId, description: 'Needed unless HTTP Basic has it' },
    client_secret: { ...secret, description: 'Needed unless HTTP Basic has it' },
    scope,
  },
} as const;

export const TOKEN_FORM = {
  required: true,
  schema: { oneOf: [PASSWORD_GRANT, REFRESH_TOKEN_GRANT, CLIENT_CREDENTIALS_GRANT] },
  examples: {
    password: {
      summary: 'Log in with a name and a password',
      value: { grant_type: 'password', username: 'trialuser', password: 'trialpass123' },
    },
    refresh_token: {
      summary: 'Go on with a login',
      value: { grant_type: 'refresh_token', refresh_token: 'the one that the last answer had' },
    },
    client_credentials: {
      summary: 'Log a service account in',
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
      refresh_token: { type: 'string', description: 'For the next token; service accounts get none' },
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
      token_type_hint: { type: 'string', enum: ['refresh_token', 'access_token'], description: 'Not needed' },
    },
  },
};
