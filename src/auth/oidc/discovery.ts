import { type IdentityProviderConfig, isProviderUrl } from '../../config/identity-provider.js';
import { fetchJson } from './fetch-json.js';

/**
 * The address of a provider's keys: the configured one, or that of its discovery document (OpenID Connect Discovery 1.0
 * section 4).
 */
export async function jwksUrlOf({ issuer, jwksUrl }: IdentityProviderConfig): Promise<string> {
  if (jwksUrl !== undefined) return jwksUrl;
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const document = ((await fetchJson(url)) ?? {}) as { issuer?: unknown; jwks_uri?: unknown };
  if (document.issuer !== issuer) throw new Error(`${url} is the document of another issuer`);
  if (!isProviderUrl(document.jwks_uri)) throw new Error(`${url} names no jwks_uri with https`);
  return document.jwks_uri;
}
