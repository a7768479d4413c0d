import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-jwt';
import type { Principal } from '../../common/principal.js';
import { Principals } from '../gate/principals.js';
import { bearerStrategy } from './bearer-strategy.js';
import { type TokenClaims, TokenService } from './token.service.js';

/** Verifies a bearer token of this server: the key that it names, the key's algorithm, issuer, audience and expiry. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  constructor(
    private readonly principals: Principals,
    tokens: TokenService,
  ) {
    super(bearerStrategy((token) => tokens.keyOf(token), tokens.verifyOptions));
  }

  validate(claims: TokenClaims): Promise<Principal> {
    return this.principals.of(claims);
  }
}
