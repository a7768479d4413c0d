import type { IdentityProviderConfig } from '../../config/identity-provider.js';
import { scopesOf } from '../gate/scopes.js';

type Claims = Readonly<Record<string, unknown>>;

/** What a provider's token may do: the grants of those values of the scope claim that the map names, and nothing else. */
export function mappedScopes(
  claims: Claims,
  { scopeClaim, scopeMap }: Pick<IdentityProviderConfig, 'scopeClaim' | 'scopeMap'>,
): string[] {
  const grants = valuesOf(claimAt(claims, scopeClaim)).flatMap((value) => scopeMap.get(value) ?? []);
  return scopesOf(grants.join(' '));
}

/** A claim by its name, which may hold dots itself (`https://example.org/roles`), or by the dotted path to it. */
export function claimAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  return path.split('.').reduce<unknown>((value, name) => {
    return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }, claims);
}

/** A text of words, as OAuth2 scopes are, or a list of texts, as groups and roles are. */
function valuesOf(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ').filter((word) => word !== '');
  return Array.isArray(claim) ? claim.filter((value) => typeof value === 'string') : [];
}

const isRecord = (value: unknown): value is Claims => typeof value === 'object' && value !== null;
