import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { PassportModule } from '@nestjs/passport';
import { ThrottlerStorage } from '@nestjs/throttler';
import { LimitsModule } from '../limits/limits.module.js';
import { UsersModule } from '../users/users.module.js';
import { AllowanceStorage } from './gate/allowance-storage.js';
import { Gate } from './gate/gate.js';
import { ClientAuthentication } from './grants/client-authentication.js';
import { GrantsService } from './grants/grants.service.js';
import { JwtStrategy } from './tokens/jwt.strategy.js';
import { JwksController } from './keys/jwks.controller.js';
import { KeysController } from './keys/keys.controller.js';
import { KeysModule } from './keys/keys.module.js';
import { LocalStrategy } from './login/local.strategy.js';
import { LoginModule } from './login/login.module.js';
import { IdentityProvider } from './oidc/identity-provider.js';
import { OidcStrategy } from './oidc/oidc.strategy.js';
import { Callers } from './gate/callers.js';
import { RateLimiter } from './gate/rate-limiter.js';
import { TokenCache } from './gate/token-cache.js';
import { TokenVerifier } from './gate/token-verifier.js';
import { TokenEndpoint } from './grants/token-endpoint.js';
import { IntrospectionController } from './tokens/introspection.controller.js';
import { IntrospectionService } from './tokens/introspection.service.js';
import { MetadataController } from './tokens/metadata.controller.js';
import { RevocationController } from './tokens/revocation.controller.js';
import { RevocationService } from './tokens/revocation.service.js';
import { ServiceAccountsModule } from './service-accounts/service-accounts.module.js';
import { SessionsModule } from './sessions/sessions.module.js';
import { TokenController } from './tokens/token.controller.js';
import { TokenService } from './tokens/token.service.js';

@Module({
  imports: [
    LimitsModule,
    UsersModule,
    LoginModule,
    SessionsModule,
    ServiceAccountsModule,
    PassportModule.register({ session: false }),
    KeysModule,
    JwtModule.register({}),
  ],
  controllers: [
    TokenController,
    RevocationController,
    IntrospectionController,
    MetadataController,
    KeysController,
    JwksController,
  ],
  providers: [
    Gate,
    TokenCache,
    TokenVerifier,
    Callers,
    TokenEndpoint,
    TokenService,
    ClientAuthentication,
    GrantsService,
    IntrospectionService,
    RevocationService,
    LocalStrategy,
    JwtStrategy,
    IdentityProvider,
    OidcStrategy,
    RateLimiter,
    { provide: ThrottlerStorage, useClass: AllowanceStorage },
  ],
  exports: [Gate, TokenService, LoginModule, SessionsModule, ServiceAccountsModule],
})
export class AuthModule {}
