import { randomSecret, secretHash } from '../tokens/random-secret.js';

/** The stored form of a refresh token. */
export interface RefreshTokenHashes {
  readonly familyHash: string;
  readonly tokenHash: string;
}

/**
 * A refresh token is `family.secret`. The family stays the same through a session's rotations, which distinguishes an
 * old token from an invented one: only an old token is a sign of theft (RFC 9700 section 4.14.2). Both parts are
 * secret.
 */
export function newRefreshToken(
  family: string = randomSecret(),
): RefreshTokenHashes & { readonly text: string } {
  const secret = randomSecret();
  return { text: `${family}.${secret}`, familyHash: secretHash(family), tokenHash: secretHash(secret) };
}

const SHAPE = /^([\w-]{43})\.([\w-]{43})$/;

/** The family and the hashes of a refresh token; undefined for other text. */
export function parseRefreshToken(
  text: string,
): (RefreshTokenHashes & { readonly family: string }) | undefined {
  const [, family, secret] = SHAPE.exec(text) ?? [];
  if (family === undefined || secret === undefined) return undefined;
  return { family, familyHash: secretHash(family), tokenHash: secretHash(secret) };
}
