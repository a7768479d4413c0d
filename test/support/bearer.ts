import { createHmac } from 'node:crypto';

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A JWT made by hand, to see what a server refuses. `key` undefined leaves the signature out. */
export function forgeToken(header: object, claims: object, key?: string, digest = 'sha256'): string {
  const signed = `${base64url(header)}.${base64url(claims)}`;
  return `${signed}.${key === undefined ? '' : createHmac(digest, key).update(signed).digest('base64url')}`;
}

/** The header and claims of a JWT, unverified. */
export function decodeToken(token: string): {
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
} {
  const [header, claims] = token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>);
  return { header, claims };
}
