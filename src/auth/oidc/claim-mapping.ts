import type { IdentityProviderConfig } from '../../config/identity-provider.js';
import { scopesOf } from '../gate/scopes.js';

type Claims = Readonly<Record<string, unknown>>;

/**
 * The scopes of an identity provider's token: the grants that the map assigns to the values of its scope claim, nothing
 * else.
 */
export function mappedScopes(
  claims: Claims,
  { scopeClaim, scopeMap }: Pick<IdentityProviderConfig, 'scopeClaim' | 'scopeMap'>,
): string[] {
  const grants = valuesOf(claimAt(claims, scopeClaim)).flatMap((value) => scopeMap.get(value) ?? []);
  return scopesOf(grants.join(' '));
}

/** A claim by its name, which may contain dots (`https://example.org/roles`), or by a dotted path. */
export function claimAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  return path.split('.').reduce<unknown>((value, name) => {
    return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }, claims);
}

/** A string of words, as for OAuth2 scopes, or a list of strings, as for groups and roles. */
function valuesOf(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ').filter((word) => word !== '');
  return Array.isArray(claim) ? claim.filter((value) => typeof value === 'string') : [];
}

const isRecord = (value: unknown): value is Claims => typeof value === 'object' && value !== null;
