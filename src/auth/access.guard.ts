import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../common/errors.js';
import { errorFormatOf } from '../common/error-format.js';
import type { Principal } from '../common/principal.js';
import { noteAdministration } from '../logging/administration.js';
import { AccessService } from './access.service.js';
import { ACCESS_METADATA, type Access } from './auth.decorator.js';

/**
 * Denies by default: a route is open only when its decorator says so, else it needs a valid bearer token with the
 * scope that the decorator names.
 */
@Injectable()
export class AccessGuard extends AuthGuard('jwt') {
  constructor(private readonly access: AccessService) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = accessOf(context);
    noteAdministration(context, context.switchToHttp().getRequest<FastifyRequest>());
    if (access?.public) return true;
    if (!access) throw new ApiError('not_authenticated');
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const principal = await this.principalOf(request, context);
    request.user = principal;
    if (access.scope) this.access.demand(principal, access.scope, modelOf(request, access));
    return true;
  }

  /** passport-jwt's verdict in the words of the closed error table. */
  override handleRequest<T = Principal>(
    error: unknown,
    user: T | false,
    _info: unknown,
    context: ExecutionContext,
  ): T {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (
      error instanceof ApiError &&
      error.code === 'inactive_user' &&
      errorFormatOf(request.url) !== 'reference'
    )
      throw new ApiError('invalid_token');
    if (error) throw error as Error;
    if (!user) throw new ApiError('invalid_token');
    return user;
  }

  private principalOf(request: FastifyRequest, context: ExecutionContext): Promise<Principal> {
    const token = bearerToken(request);
    if (token === undefined) throw new ApiError('not_authenticated');
    return this.access.resolve(token, async () => {
      await super.canActivate(context);
      return request.user as Principal;
    });
  }
}

const accessOf = (context: ExecutionContext): Access | undefined =>
  (Reflect.getMetadata(ACCESS_METADATA, context.getHandler()) ??
    Reflect.getMetadata(ACCESS_METADATA, context.getClass())) as Access | undefined;

/** The token of an `Authorization: Bearer` header (RFC 6750 section 2.1), if there is one. */
export function bearerToken(request: { headers: { authorization?: string } }): string | undefined {
  const header = request.headers.authorization;
  if (header === undefined || header.slice(0, 7).toLowerCase() !== 'bearer ') return undefined;
  return header.slice(7).trim() || undefined;
}

function modelOf(request: FastifyRequest, access: Access): string | undefined {
  return access.modelParam === undefined
    ? undefined
    : (request.params as Record<string, string>)[access.modelParam];
}
