import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ThrottlerGuard } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../common/principal.js';
import { usernameKey } from '../../users/username.js';
import { claimedClientId } from '../grants/client-credentials.js';
import { grantTypeOf, type TokenForm } from '../grants/token-form.js';
import { LIMIT_METADATA, type LimitKind } from './rate-limit.js';
import { RateLimitStorage } from './rate-limit.storage.js';
import { RateLimiter } from './rate-limiter.js';
import { serviceName } from '../service-accounts/service-name.js';
import { parseRefreshToken } from '../sessions/refresh-token.js';

/** Limits predictions a user and logins an address and name, on the routes whose decorator says so. */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  constructor(
    @Inject(RateLimiter) private readonly limiter: RateLimiter,
    @Inject(RateLimitStorage) storage: RateLimitStorage,
    @Inject(Reflector) reflector: Reflector,
  ) {
    super([], storage, reflector);
  }

  override async onModuleInit(): Promise<void> {
    // Throttler's list of named limits stays empty: a route has one limit, and its decorator names it.
  }

  /** Throttler's way is a promise a call; where this process can count by itself, Nest is to wait for nothing. */
  override canActivate(context: ExecutionContext): Promise<boolean> {
    return this.limit(context) as Promise<boolean>;
  }

  private limit(context: ExecutionContext): boolean | Promise<boolean> {
    const kind = Reflect.getMetadata(LIMIT_METADATA, context.getHandler()) as LimitKind | undefined;
    if (!kind) return true;
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const headers = this.limiter.hit(
      kind,
      kind === 'login' ? loginTracker(request) : (request.user as Principal).userId,
    );
    if (headers instanceof Promise) return headers.then((settled) => tell(reply, settled));
    return tell(reply, headers);
  }
}

function tell(reply: FastifyReply, headers: Record<string, string> | undefined): true {
  if (headers) void reply.headers(headers);
  return true;
}

/** One key a client address and name, or session: nobody can use up another's logins from elsewhere. */
function loginTracker(request: FastifyRequest): string {
  const form = (request.body ?? {}) as Partial<Record<keyof TokenForm, unknown>>;
  return `${request.ip} ${claimantOf(form, request.headers.authorization)}`;
}

function claimantOf(form: Partial<Record<keyof TokenForm, unknown>>, authorization?: string): string {
  const { username, refresh_token: refreshToken } = form;
  switch (grantTypeOf(form)) {
    case 'refresh_token':
      return typeof refreshToken === 'string' ? (parseRefreshToken(refreshToken)?.familyHash ?? '') : '';
    case 'client_credentials':
      return serviceName(claimedClientId(authorization, form as TokenForm)?.slice(0, 128) ?? '');
    default:
      return typeof username === 'string' ? usernameKey(username.slice(0, 128)) : '';
  }
}
