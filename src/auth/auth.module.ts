import type { KeyObject } from 'node:crypto';
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { PassportModule } from '@nestjs/passport';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { UsersModule } from '../users/users.module.js';
import { AccessGuard } from './access.guard.js';
import { AccessService } from './access.service.js';
import { JwtStrategy } from './jwt.strategy.js';
import { LoginModule } from './login/login.module.js';
import { LocalStrategy } from './local.strategy.js';
import { RateLimitGuard } from './rate-limit.guard.js';
import { RateLimiter } from './rate-limiter.js';
import { SIGNING_KEY, SigningKeyModule } from './signing-key.module.js';
import { TestController } from './test.controller.js';
import { TokenController } from './token.controller.js';
import { TokenService } from './token.service.js';

@Module({
  imports: [
    LimitsModule,
    UsersModule,
    LoginModule,
    PassportModule.register({ session: false }),
    SigningKeyModule,
    JwtModule.registerAsync({
      useFactory: (key: KeyObject, config: Config) => ({
        secret: key as unknown as Buffer,
        signOptions: {
          algorithm: 'HS256' as const,
          issuer: config.jwtIssuer,
          expiresIn: config.tokenSeconds,
        },
        verifyOptions: { algorithms: ['HS256' as const], issuer: config.jwtIssuer },
      }),
      inject: [SIGNING_KEY, CONFIG],
    }),
  ],
  controllers: [TokenController, TestController],
  providers: [
    AccessService,
    TokenService,
    LocalStrategy,
    JwtStrategy,
    RateLimiter,
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_GUARD, useClass: RateLimitGuard },
  ],
  exports: [AccessService, TokenService, RateLimiter, LoginModule],
})
export class AuthModule {}
