import type { JwtService } from '@nestjs/jwt';
import { ApiError } from '../../common/errors.js';

/** A token's header and claims before anything of them is verified. */
export interface UnverifiedJwt {
  readonly header: { readonly alg: string; readonly kid?: string };
  readonly payload: Readonly<Record<string, unknown>>;
}

/**
 * What a token says of itself, to choose the key that verifies it. Nothing that it brings along or points at is used as
 * a key (`jwk`, `jku`, `x5u`), and an extension that it calls critical is none of ours (RFC 7515 section 4.1.11).
 * @throws ApiError `invalid_token` when it is no JWT with a signature
 */
export function decodeJwt(jwt: JwtService, token: string): UnverifiedJwt {
  const decoded = decode(jwt, token);
  const { header, payload } = decoded ?? {};
  if (!isRecord(header) || !isRecord(payload)) throw new ApiError('invalid_token');
  const { alg, kid, crit } = header;
  if (typeof alg !== 'string' || crit !== undefined) throw new ApiError('invalid_token');
  if (kid !== undefined && typeof kid !== 'string') throw new ApiError('invalid_token');
  return { header: { alg, kid }, payload };
}

function decode(jwt: JwtService, token: string): { header?: unknown; payload?: unknown } | null {
  try {
    return jwt.decode<{ header?: unknown; payload?: unknown } | null>(token, { complete: true });
  } catch {
    return null;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
