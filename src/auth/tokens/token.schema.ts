import { z } from 'zod';

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
    password: secret.describe('At most 1024 characters').meta({ examples: ['trialpass123'] }),
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

const tokenTypeHint = z.string().optional().describe('`refresh_token` or `access_token`; not required');

export const REVOCATION_FORM = z
  .object({
    token: z
      .string()
      .describe('A refresh or access token')
      .meta({ examples: ['the token'] }),
    token_type_hint: tokenTypeHint,
    client_id: clientId.optional().describe('Needed only by a service account, unless sent with HTTP Basic'),
    client_secret: secret.optional(),
  })
  .meta({ id: 'RevocationForm' });

/** RFC 7009 section 2.2: clients read only the status. */
export const REVOCATION = z.object({}).describe('An empty object').meta({ id: 'Revocation' });
export type Revocation = z.output<typeof REVOCATION>;

export const INTROSPECTION_FORM = z
  .object({
    token: z.string().describe('A refresh or access token'),
    token_type_hint: tokenTypeHint,
    client_id: clientId.optional().describe('Required unless sent with HTTP Basic'),
    client_secret: secret.optional().describe('Required unless sent with HTTP Basic'),
  })
  .meta({ id: 'IntrospectionForm' });

/** RFC 7662 section 2.2. */
export const INTROSPECTION = z
  .object({
    active: z.boolean(),
    scope: z.string().optional().describe('What the token allows now, space-separated'),
    client_id: z.string().optional(),
    username: z.string().optional().describe('A user name, or the client id of a service account'),
    token_type: z.literal('Bearer').optional().describe('Of access tokens only'),
    exp: z.int().optional().describe('Seconds since 1970'),
    iat: z.int().optional().describe('Seconds since 1970'),
    sub: z.string().optional(),
    aud: z.string().optional(),
    iss: z.string().optional(),
    jti: z.string().optional(),
  })
  .meta({ id: 'Introspection' });
export type Introspection = z.output<typeof INTROSPECTION>;

const names = z.array(z.string());

/** RFC 8414 section 2, with what OpenID Connect Discovery 1.0 section 3 requires beyond it. */
export const SERVER_METADATA = z
  .object({
    issuer: z.string(),
    token_endpoint: z.string(),
    revocation_endpoint: z.string(),
    introspection_endpoint: z.string(),
    jwks_uri: z.string(),
    scopes_supported: names,
    response_types_supported: names.describe('Empty: there is no authorization endpoint'),
    grant_types_supported: names,
    token_endpoint_auth_methods_supported: names,
    revocation_endpoint_auth_methods_supported: names,
    introspection_endpoint_auth_methods_supported: names,
    subject_types_supported: names,
    id_token_signing_alg_values_supported: names.describe(
      'No ID tokens are issued; OpenID requires the member',
    ),
  })
  .meta({ id: 'ServerMetadata' });
export type ServerMetadata = z.output<typeof SERVER_METADATA>;
