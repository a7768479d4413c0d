import {
  createHash,
  createHmac,
  createPublicKey,
  createSecretKey,
  generateKeyPair,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { promisify } from 'node:util';

/** Algorithms that jsonwebtoken can sign with. Each key has one; a token cannot choose another. */
export const ALGORITHMS = ['HS256', 'RS256', 'ES256'] as const;
export type SigningAlgorithm = (typeof ALGORITHMS)[number];

/** A key that signs tokens, or did. As KeyObjects, so that a key is parsed only once. */
export interface SigningKey {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  /** Signs: the secret, or the private key. */
  readonly key: KeyObject;
  /** Verifies: the same secret, or the public key. */
  readonly verificationKey: KeyObject;
  /** ISO 8601, UTC; undefined for a key from the environment. */
  readonly createdAt?: string;
  /** When another key became active, ISO 8601, UTC; undefined for the active key. */
  readonly retiredAt?: string;
}

const generate = promisify(generateKeyPair);

/** A new key: 384 random bits, RSA of 2048 bits, or P-256. */
export async function generateSigningKey(algorithm: SigningAlgorithm): Promise<SigningKey> {
  return signingKey(algorithm, await generateKey(algorithm), { createdAt: new Date().toISOString() });
}

async function generateKey(algorithm: SigningAlgorithm): Promise<KeyObject> {
  switch (algorithm) {
    case 'HS256':
      return randomSecret();
    case 'RS256':
      return (await generate('rsa', { modulusLength: 2048 })).privateKey;
    case 'ES256':
      return (await generate('ec', { namedCurve: 'P-256' })).privateKey;
  }
}

export const randomSecret = (): KeyObject => createSecretKey(randomBytes(48));

/** A shared secret given as text. */
export const secretKey = (secret: string): SigningKey =>
  signingKey('HS256', createSecretKey(Buffer.from(secret)), {});

export function signingKey(
  algorithm: SigningAlgorithm,
  key: KeyObject,
  more: Pick<SigningKey, 'createdAt' | 'retiredAt'>,
): SigningKey {
  const verificationKey = key.type === 'secret' ? key : createPublicKey(key);
  return { kid: keyId(verificationKey), algorithm, key, verificationKey, ...more };
}

/**
 * A key's id, the same in every process: for a public key its thumbprint (RFC 7638), for a secret an HMAC of a
 * constant, which reveals no more than any signed token.
 */
function keyId(key: KeyObject): string {
  if (key.type === 'secret') return createHmac('sha256', key).update('kid').digest('base64url').slice(0, 22);
  const { crv, e, kty, n, x, y } = key.export({ format: 'jwk' });
  // The required members in lexicographic order, without white space. stringify leaves out undefined ones, which belong
  // to the other key type.
  return createHash('sha256').update(JSON.stringify({ crv, e, kty, n, x, y })).digest('base64url');
}
