import type { KeyRing } from './key-ring.js';
import type { SigningAlgorithm, SigningKey } from './signing-key.js';

/** What may be shown of a key: nothing that signs. */
export interface KeyView {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  readonly state: 'active' | 'verifying';
  /** ISO 8601, UTC; null of a key that the environment gives, as are the others. */
  readonly created_at: string | null;
  readonly retired_at: string | null;
  /** When the key's last token has expired, and the key with it. */
  readonly verifies_until: string | null;
}

/** The active key first. */
export const keyViews = (ring: KeyRing): KeyView[] => ring.list().map((key) => keyView(ring, key));

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
