import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-jwt';
import type { Caller } from '../../common/actor.js';
import { Callers } from '../gate/callers.js';
import { bearerStrategy } from './bearer-strategy.js';
import { type TokenClaims, TokenService } from './token.service.js';

/** Verifies a bearer token of this server: the key that it names, the key's algorithm, issuer, audience and expiry. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  constructor(
    private readonly callers: Callers,
    tokens: TokenService,
  ) {
    super(bearerStrategy((token) => tokens.keyOf(token), tokens.verifyOptions));
  }

  validate(claims: TokenClaims): Promise<Caller> {
    return this.callers.of(claims);
  }
}
