import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../common/principal.js';
import { usernameKey } from '../users/username.js';
import { LIMIT_METADATA, type LimitKind } from './rate-limit.js';
import { RateLimiter } from './rate-limiter.js';

/** Limits predictions a user and logins an address and name, on the routes whose decorator says so. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(private readonly limiter: RateLimiter) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
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

/** One key a client address and user name: nobody can use up another's logins from elsewhere. */
function loginTracker(request: FastifyRequest): string {
  const { username } = (request.body ?? {}) as { username?: unknown };
  return `${request.ip} ${typeof username === 'string' ? usernameKey(username.slice(0, 128)) : ''}`;
}
