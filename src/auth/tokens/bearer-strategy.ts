import type { KeyObject } from 'node:crypto';
import type { JwtVerifyOptions } from '@nestjs/jwt';
import type { StrategyOptionsWithoutRequest } from 'passport-jwt';
import type { BearerRequest } from '../gate/token-verifier.js';

type KeyOf = (token: string) => KeyObject | Promise<KeyObject>;

/** passport-jwt's options for bearer tokens of one issuer. @param keyOf the key that must verify a token */
export const bearerStrategy = (
  keyOf: KeyOf,
  { algorithms, issuer, audience, clockTolerance }: JwtVerifyOptions,
): StrategyOptionsWithoutRequest => ({
  jwtFromRequest: ({ token }: BearerRequest) => token,
  secretOrKeyProvider: (_request, token: string, done) => void provide(keyOf, token, done),
  algorithms,
  issuer: issuer as string,
  audience: audience as string | undefined,
  jsonWebTokenOptions: { clockTolerance },
});

async function provide(
  keyOf: KeyOf,
  token: string,
  done: (error: unknown, key?: string | Buffer) => void,
): Promise<void> {
  let key: KeyObject;
  try {
    key = await keyOf(token);
  } catch (error) {
    return done(error);
  }
  // jsonwebtoken accepts a KeyObject, which need not be parsed for each token, but passport-jwt's type does not list
  // it.
  done(null, key as unknown as Buffer);
}
