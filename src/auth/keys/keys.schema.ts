import { z } from 'zod';
import { timestamp } from '../../common/fields.js';
import { pageQuery, pageSchema } from '../../common/page.js';
import { ALGORITHMS } from './signing-key.js';

const algorithm = z.enum(ALGORITHMS, `must be one of ${ALGORITHMS.join(', ')}`);

export const KEY_ROTATION = z
  .strictObject({ algorithm: algorithm.optional().describe('Default: the algorithm of the active key') })
  .meta({ id: 'KeyRotation', examples: [{ algorithm: 'RS256' }] });
export type KeyRotation = z.output<typeof KEY_ROTATION>;

export const KEY_QUERY = z.strictObject(pageQuery(3));
export type KeyQuery = z.output<typeof KEY_QUERY>;

/** The public part of a key. Times are null for a key from the environment. */
export const KEY = z
  .object({
    kid: z.string().describe('The `kid` in the header of its tokens'),
    algorithm,
    state: z.enum(['active', 'verifying']),
    created_at: timestamp.nullable(),
    retired_at: timestamp.nullable(),
    verifies_until: timestamp.nullable().describe('When the last token of a retired key expires'),
  })
  .meta({ id: 'SigningKey' });
export type KeyView = z.output<typeof KEY>;

export const KEY_PAGE = pageSchema('SigningKeyPage', KEY);

export const JWKS = z
  .object({
    keys: z.array(
      z.looseObject({
        kty: z.string().meta({ examples: ['RSA'] }),
        kid: z.string(),
        alg: algorithm,
        use: z.literal('sig'),
      }),
    ),
  })
  .describe('A JWK Set (RFC 7517), empty if tokens are signed with a shared secret')
  .meta({ id: 'Jwks' });
export type Jwks = z.output<typeof JWKS>;
