import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../common/errors.js';
import type { Principal } from '../../common/principal.js';
import { noteAdministration, noteClaim } from '../../logging/administration.js';
import { AccessService } from './access.service.js';
import { UsersService } from '../../users/users.service.js';
import { ACCESS_METADATA, type Access } from './auth.decorator.js';
import { coversAny } from './scopes.js';

/**
 * Denies by default: a route is open only when its decorator says so, else it needs a valid bearer token with the
 * scope that the decorator names.
 */
@Injectable()
export class AccessGuard extends AuthGuard(['jwt', 'oidc']) {
  constructor(
    private readonly access: AccessService,
    private readonly users: UsersService,
  ) {
    super();
  }

  /** Answers without a promise where the token is remembered: Nest then waits for nothing. */
  override canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const access = accessOf(context);
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    noteAdministration(context, request);
    if (access?.public) return request.administration ? this.noteClaimedUser(request) : true;
    const token = access && bearerToken(request);
    if (token === undefined) throw new ApiError('not_authenticated');
    const remembered = this.access.remembered(token);
    return remembered
      ? admit(this.access, request, access!, remembered)
      : this.verify(context, request, access!, token);
  }

  /**
   * passport-jwt's verdict in the words of the closed error table.
   * @param refusals why each strategy did not take the token
   */
  override handleRequest<T = Principal>(
    error: unknown,
    user: T | false,
    refusals: unknown,
    context: ExecutionContext,
  ): T {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (
      error instanceof ApiError &&
      error.code === 'inactive_user' &&
      !request.routeOptions.config.errorFormat?.tellsInactive
    )
      throw new ApiError('invalid_token');
    if (error) throw error as Error;
    if (!user) throw unavailability(refusals) ?? new ApiError('invalid_token');
    return user;
  }

  /** The record of a failed login names who was meant, if there is such a user: people type passwords as their names. */
  private async noteClaimedUser(request: FastifyRequest): Promise<true> {
    const { username } = (request.body ?? {}) as { username?: unknown };
    const user = typeof username === 'string' ? await this.users.find(username.slice(0, 128)) : null;
    if (user) noteClaim(request, user.username);
    return true;
  }

  private async verify(
    context: ExecutionContext,
    request: FastifyRequest,
    access: Access,
    token: string,
  ): Promise<boolean> {
    const principal = await this.access.resolve(token, async () => {
      await super.canActivate(context);
      return request.user as Principal;
    });
    return admit(this.access, request, access, principal);
  }
}

/** Lets a verified caller in where the route's scope allows. @throws ApiError `insufficient_scope` */
export function admit(
  service: AccessService,
  request: FastifyRequest,
  access: Access,
  principal: Principal,
): true {
  request.user = principal;
  const { scope, modelInHandler } = access;
  if (scope && !(modelInHandler && coversAny(principal.scopes, scope)))
    service.demand(principal, scope, modelOf(request, access));
  return true;
}

/** That a token could not be verified just now says nothing against it. */
const unavailability = (refusals: unknown): ApiError | undefined =>
  [refusals]
    .flat()
    .find((refusal): refusal is ApiError => refusal instanceof ApiError && refusal.code === 'overloaded');

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
