import { z } from 'zod';

export const FORM_TYPE = 'application/x-www-form-urlencoded';

const scope = z
  .string()
  .describe('Requested scopes, space-separated; default: all scopes of the user or service account');
const clientId = z.string().max(128);
const secret = z.string().meta({ format: 'password' });

const PASSWORD_GRANT = z
  .object({
    grant_type: z.literal('password').optional(),
    username: z
      .string()
      .max(128)
      .meta({ examples: ['trialuser'] }),
    password: secret.describe('At most 72 bytes').meta({ examples: ['trialpass123'] }),
    scope: scope.optional(),
    client_id: clientId.optional(),
    client_secret: secret.optional(),
  })
  .meta({ id: 'PasswordGrant' });

const REFRESH_TOKEN_GRANT = z
  .object({
    grant_type: z.literal('refresh_token'),
    refresh_token: secret.describe('Valid once; the answer has the next one'),
    scope: scope.optional().describe('Requested scopes, space-separated; default: all scopes of the login'),
    client_id: clientId.optional(),
  })
  .meta({ id: 'RefreshTokenGrant' });

const CLIENT_CREDENTIALS_GRANT = z
  .object({
    grant_type: z.literal('client_credentials'),
    client_id: clientId.optional().describe('Required unless sent with HTTP Basic'),
    client_secret: secret.optional().describe('Required unless sent with HTTP Basic'),
    scope: scope.optional(),
  })
  .meta({ id: 'ClientCredentialsGrant' });

/** The form of a token request, which `checkTokenForm` validates with the errors that RFC 6749 demands. */
export const TOKEN_FORM = z
  .union([PASSWORD_GRANT, REFRESH_TOKEN_GRANT, CLIENT_CREDENTIALS_GRANT])
  .meta({ id: 'TokenForm' });

export const TOKEN_EXAMPLES = {
  password: { grant_type: 'password', username: 'trialuser', password: 'trialpass123' },
  refresh_token: { grant_type: 'refresh_token', refresh_token: 'the one of the last answer' },
  client_credentials: {
    grant_type: 'client_credentials',
    client_id: 'nightly-report',
    client_secret: 'its secret',
  },
};

export const TOKEN = z
  .object({
    access_token: z.string().describe('A JWT'),
    token_type: z.literal('bearer'),
    expires_in: z
      .int()
      .describe('Seconds')
      .meta({ examples: [1800] }),
    scope: z.string().meta({ examples: ['predict models:read audit:read'] }),
    refresh_token: z.string().optional().describe('Gets the next access token; not for service accounts'),
  })
  .meta({ id: 'Token' });
export type TokenAnswer = z.output<typeof TOKEN>;

export const REVOCATION_FORM = z
  .object({
    token: z
      .string()
      .describe('A refresh or access token')
      .meta({ examples: ['the token'] }),
    token_type_hint: z.enum(['refresh_token', 'access_token']).optional().describe('Not required'),
  })
  .meta({ id: 'RevocationForm' });
