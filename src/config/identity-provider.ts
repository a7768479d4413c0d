import { z } from 'zod';

/** A company's own identity provider (OpenID Connect), whose access tokens are taken beside ours. */
export interface IdentityProviderConfig {
  /** As its tokens have it in `iss`. */
  readonly issuer: string;
  readonly audience: string;
  /** Where its keys are; its discovery document says so unless set. */
  readonly jwksUrl?: string;
  /** A claim's name, or the dotted path to one. */
  readonly scopeClaim: string;
  /** From a value of that claim to roles and scopes, space-separated. */
  readonly scopeMap: ReadonlyMap<string, string>;
  readonly usernameClaim: string;
}

/** Whoever sits between us and the provider could put in keys of their own: plain HTTP stays on this machine. */
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
    context.addIssue('must be a JSON object of texts, as {"data-team": "role:predictor"}');
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
    'An identity provider (OpenID Connect) whose access tokens are taken, as in their `iss`',
  ),
  MODELGATE_OIDC_AUDIENCE: z
    .string()
    .min(1)
    .optional()
    .describe('`aud` that its tokens must have; needed with an issuer'),
  MODELGATE_OIDC_SCOPE_MAP: scopeMap.describe(
    'What its tokens may do, as JSON: `{"data-team": "role:predictor"}`; needed with an issuer',
  ),
  MODELGATE_OIDC_SCOPE_CLAIM: z
    .string()
    .min(1)
    .default('scope')
    .describe(
      'The claim whose values the map names; a dotted path (`realm_access.roles`) leads into objects',
    ),
  MODELGATE_OIDC_USERNAME_CLAIM: z
    .string()
    .min(1)
    .default('sub')
    .describe('The claim that names the user in the audit trail; it should be unique and lasting'),
  MODELGATE_OIDC_JWKS_URL: providerUrl.describe(
    "Where its keys are; found through the issuer's discovery document unless set",
  ),
};

type Parsed = z.output<z.ZodObject<typeof identityProviderVariables>>;

/** What is missing or at odds with another variable, each with the variable's name. */
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
