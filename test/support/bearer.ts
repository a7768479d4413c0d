import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A handmade JWT, to test what a server rejects. Without `key`, it has no signature. */
export function forgeToken(header: object, claims: object, key?: string | Buffer, digest = 'sha256'): string {
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

/** The first secret key of a data directory, in base64url. */
export function keptSecret(dataDir: string): string {
  const { keys } = JSON.parse(readFileSync(join(dataDir, 'keys.json'), 'utf8')) as { keys: { k: string }[] };
  return keys[0].k;
}
