import type { KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import type { Principal } from '../common/principal.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { AccessService } from './access.service.js';
import { SIGNING_KEY } from './signing-key.module.js';
import type { TokenClaims } from './token.service.js';

/** Verifies a bearer token: signature, the one algorithm, issuer and expiry. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  constructor(
    private readonly access: AccessService,
    @Inject(SIGNING_KEY) key: KeyObject,
    @Inject(CONFIG) config: Config,
  ) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      // jsonwebtoken takes a KeyObject and parses no key per call; the type of passport-jwt knows only the other forms.
      secretOrKey: key as unknown as Buffer,
      algorithms: ['HS256'],
      issuer: config.jwtIssuer,
    });
  }

  validate(claims: TokenClaims): Promise<Principal> {
    return this.access.principalOf(claims);
  }
}
