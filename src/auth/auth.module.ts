import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { PassportModule } from '@nestjs/passport';
import { UsersModule } from '../users/users.module.js';
import { AccessGuard } from './access.guard.js';
import { AccessService } from './access.service.js';
import { JwtStrategy } from './jwt.strategy.js';
import { LoginModule } from './login/login.module.js';
import { JwksController } from './keys/jwks.controller.js';
import { KeysController } from './keys/keys.controller.js';
import { KeysModule } from './keys/keys.module.js';
import { LocalStrategy } from './local.strategy.js';
import { IdentityProvider } from './oidc/identity-provider.js';
import { OidcStrategy } from './oidc/oidc.strategy.js';
import { RateLimitGuard } from './rate-limit.guard.js';
import { RateLimiter } from './rate-limiter.js';
import { RateLimitStorage } from './rate-limit.storage.js';
import { TestController } from './test.controller.js';
import { TokenController } from './token.controller.js';
import { TokenService } from './token.service.js';

@Module({
  imports: [
    UsersModule,
    LoginModule,
    PassportModule.register({ session: false }),
    KeysModule,
    JwtModule.register({}),
  ],
  controllers: [TokenController, TestController, KeysController, JwksController],
  providers: [
    AccessService,
    TokenService,
    LocalStrategy,
    JwtStrategy,
    IdentityProvider,
    OidcStrategy,
    RateLimitStorage,
    RateLimiter,
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_GUARD, useClass: RateLimitGuard },
  ],
  exports: [AccessService, TokenService, RateLimiter, LoginModule],
})
export class AuthModule {}
