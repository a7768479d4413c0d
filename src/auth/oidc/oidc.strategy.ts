import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-jwt';
import type { Caller } from '../../common/actor.js';
import { bearerStrategy } from '../tokens/bearer-strategy.js';
import { IdentityProvider } from './identity-provider.js';

/** Verifies a bearer token of the organisation's identity provider. Refuses all tokens if none is configured. */
@Injectable()
export class OidcStrategy extends PassportStrategy(Strategy, 'oidc') {
  constructor(private readonly provider: IdentityProvider) {
    super(bearerStrategy((token) => provider.keyOf(token), provider.verifyOptions));
  }

  validate(claims: Readonly<Record<string, unknown>>): Caller {
    return this.provider.callerOf(claims);
  }
}
