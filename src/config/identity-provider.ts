import { z } from 'zod';

/** An external identity provider (OpenID Connect) whose access tokens are accepted. */
export interface IdentityProviderConfig {
  /** The `iss` of its tokens. */
  readonly issuer: string;
  readonly audience: string;
  /** Address of its keys. Default: read from its discovery document. */
  readonly jwksUrl?: string;
  /** A claim's name, or a dotted path to one. */
  readonly scopeClaim: string;
  /** Maps a value of that claim to space-separated roles and scopes. */
  readonly scopeMap: ReadonlyMap<string, string>;
  readonly usernameClaim: string;
}

/** Plain HTTP is allowed only on loopback: an attacker between server and provider could replace the keys. */
const providerUrl = z
  .url({ protocol: /^https?$/, error: 'must be an https:// address' })
  .refine(
    (url) => url.startsWith('https://') || isLoopback(new URL(url).hostname),
    'must be an https:// address',
  )
  .optional();

const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(host);

/** Whether keys may be fetched from an address. */
export const isProviderUrl = (url: unknown): url is string =>
  typeof url === 'string' && providerUrl.safeParse(url).success;

const scopeMap = z
  .string()
  .transform((text, context) => {
    const parsed = z.record(z.string(), z.string()).safeParse(parseJson(text));
    if (parsed.success) return new Map(Object.entries(parsed.data));
    context.addIssue('must be a JSON object with string values, for example {"data-team": "role:predictor"}');
    return z.NEVER;
  })
  .optional();

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The variables of an identity provider. */
export const identityProviderVariables = {
  MODELGATE_OIDC_ISSUER: providerUrl.describe(
    '`iss` of an OpenID Connect provider whose access tokens are accepted',
  ),
  MODELGATE_OIDC_AUDIENCE: z
    .string()
    .min(1)
    .optional()
    .describe('Required `aud` of its tokens; must be set if there is an issuer'),
  MODELGATE_OIDC_SCOPE_MAP: scopeMap.describe(
    'Maps claim values to roles and scopes, as JSON: `{"data-team": "role:predictor"}`; must be set if there is an issuer',
  ),
  MODELGATE_OIDC_SCOPE_CLAIM: z
    .string()
    .min(1)
    .default('scope')
    .describe('Claim whose values the map contains; a dotted path (`realm_access.roles`) leads into objects'),
  MODELGATE_OIDC_USERNAME_CLAIM: z
    .string()
    .min(1)
    .default('sub')
    .describe('Claim that names the user in the audit trail; choose one that is unique and does not change'),
  MODELGATE_OIDC_JWKS_URL: providerUrl.describe(
    "Address of its keys; if not set, taken from the issuer's discovery document",
  ),
};

type Parsed = z.output<z.ZodObject<typeof identityProviderVariables>>;

/** Missing or conflicting variables, as pairs of the variable's name and a message. */
export function identityProviderFaults(e: Parsed & { MODELGATE_JWT_ISSUER: string }): [string, string][] {
  const needed = ['MODELGATE_OIDC_AUDIENCE', 'MODELGATE_OIDC_SCOPE_MAP'] as const;
  if (e.MODELGATE_OIDC_ISSUER === undefined)
    return [...needed, 'MODELGATE_OIDC_JWKS_URL' as const]
      .filter((name) => e[name] !== undefined)
      .map((name) => [name, 'needs MODELGATE_OIDC_ISSUER']);
  const missing = needed
    .filter((name) => e[name] === undefined)
    .map((name): [string, string] => [name, 'is needed with MODELGATE_OIDC_ISSUER']);
  return e.MODELGATE_OIDC_ISSUER === e.MODELGATE_JWT_ISSUER
    ? [...missing, ['MODELGATE_OIDC_ISSUER', 'must differ from MODELGATE_JWT_ISSUER']]
    : missing;
}

export function identityProviderOf(e: Parsed): IdentityProviderConfig | undefined {
  if (e.MODELGATE_OIDC_ISSUER === undefined) return undefined;
  return {
    issuer: e.MODELGATE_OIDC_ISSUER,
    audience: e.MODELGATE_OIDC_AUDIENCE!,
    jwksUrl: e.MODELGATE_OIDC_JWKS_URL,
    scopeClaim: e.MODELGATE_OIDC_SCOPE_CLAIM,
    scopeMap: e.MODELGATE_OIDC_SCOPE_MAP!,
    usernameClaim: e.MODELGATE_OIDC_USERNAME_CLAIM,
  };
}
