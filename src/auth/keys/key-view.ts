import { type Page, pageInMemory, type PageRequest } from '../../common/page.js';
import type { KeyRing } from './key-ring.js';
import type { Jwks, KeyView } from './keys.schema.js';
import type { SigningKey } from './signing-key.js';

/** The active key first. */
export const keyViews = (ring: KeyRing): KeyView[] => ring.list().map((key) => keyView(ring, key));

/** The active key first, then the newest. */
export function keyPage(ring: KeyRing, query: PageRequest): Page<KeyView> {
  const place = ({ state, created_at: createdAt, kid }: KeyView): readonly [string, string, string] => [
    state === 'active' ? '1' : '0',
    createdAt ?? '',
    kid,
  ];
  const views = keyViews(ring).sort((a, b) => (place(a) < place(b) ? 1 : -1));
  return pageInMemory(views, query, place, 'descending');
}

export function keyView(ring: KeyRing, key: SigningKey): KeyView {
  return {
    kid: key.kid,
    algorithm: key.algorithm,
    state: key.kid === ring.active().kid ? 'active' : 'verifying',
    created_at: key.createdAt ?? null,
    retired_at: key.retiredAt ?? null,
    verifies_until: ring.verifiesUntil(key)?.toISOString() ?? null,
  };
}

/** The public keys that verify tokens. A shared secret is never part of it. */
export const jwksOf = (ring: KeyRing): Jwks => ({
  keys: ring
    .list()
    .filter(({ verificationKey }) => verificationKey.type === 'public')
    .map(({ kid, algorithm, verificationKey }) => {
      const { kty = '', ...jwk } = verificationKey.export({ format: 'jwk' });
      return { ...jwk, kty, kid, alg: algorithm, use: 'sig' };
    }),
});
