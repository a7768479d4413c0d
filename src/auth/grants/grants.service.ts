import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../common/errors.js';
import type { Principal } from '../../common/principal.js';
import { about, noteClaim } from '../../logging/administration.js';
import type { User } from '../../users/user.entity.js';
import { UsersService } from '../../users/users.service.js';
import { authenticateWith } from '../gate/passport.js';
import { remainingScopes, scopesOf } from '../gate/scopes.js';
import type { LoginRequest } from '../login/local.strategy.js';
import { serviceName } from '../service-accounts/service-name.js';
import { ServiceAccountsService } from '../service-accounts/service-accounts.service.js';
import type { Session } from '../sessions/session.entity.js';
import { type OpenSession, SessionsService } from '../sessions/sessions.service.js';
import type { TokenAnswer } from '../tokens/token.schema.js';
import { TokenService } from '../tokens/token.service.js';
import { claimedClientId, clientCredentials } from './client-credentials.js';
import { grantedScope } from './granted-scope.js';
import type { GrantType, TokenForm } from './token-form.js';

/** The three grants of the token endpoint (RFC 6749 sections 4.3, 4.4 and 6), on forms that were checked. */
@Injectable()
export class GrantsService {
  constructor(
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly accounts: ServiceAccountsService,
    private readonly tokens: TokenService,
  ) {}

  answer(request: FastifyRequest, grantType: GrantType): Promise<TokenAnswer> {
    const form = request.body as TokenForm;
    switch (grantType) {
      case 'refresh_token':
        return this.refresh(request, form);
      case 'client_credentials':
        return this.clientCredentials(request, form);
      case 'password':
        return this.password(request, form);
    }
  }

  private async password(request: FastifyRequest, form: TokenForm): Promise<TokenAnswer> {
    const { found: user } = await authenticateWith<User>(['local'], {
      body: form,
      ip: request.ip,
    } satisfies LoginRequest);
    if (!user) throw new ApiError('invalid_credentials');
    const scope = grantedScope(scopesOf(user.grants), form.scope ?? '');
    const opened = await this.sessions.open(user, {
      scope,
      clientId: form.client_id || undefined,
      address: request.ip,
      userAgent: request.headers['user-agent'],
    });
    return this.userToken(request, user, opened, scope);
  }

  /** Everything is checked before the token is taken in, so that a request that is refused does not use it up. */
  private async refresh(request: FastifyRequest, form: TokenForm): Promise<TokenAnswer> {
    const refreshToken = form.refresh_token!;
    const presented = await this.sessions.presented(refreshToken);
    if (!presented) throw new ApiError('invalid_grant');
    const { session, isCurrent } = presented;
    const user = await this.users.findById(session.userId);
    if (!user || user.generation !== session.generation) throw new ApiError('invalid_grant');
    about(request, user.username);
    if (!isCurrent) return this.refuseReuse(request, session);
    if (form.client_id && session.clientId !== null && form.client_id !== session.clientId)
      throw new ApiError('invalid_grant', 'the refresh token was issued to another client');
    if (user.disabled) throw new ApiError('inactive_user');
    const scope = grantedScope(remainingScopes(scopesOf(user.grants), session.scope), form.scope ?? '');
    const rotated = await this.sessions.rotate(session, refreshToken);
    return rotated ? this.userToken(request, user, rotated, scope) : this.refuseReuse(request, session);
  }

  /** A refresh token that was used before is in two hands, and nobody knows which are the right ones. */
  private async refuseReuse(request: FastifyRequest, session: Session): Promise<never> {
    await this.sessions.end(session.id);
    request.administration!.action = 'token.reuse';
    throw new ApiError('invalid_grant', 'the refresh token was already used, so its session was ended');
  }

  private async clientCredentials(request: FastifyRequest, form: TokenForm): Promise<TokenAnswer> {
    const { authorization } = request.headers;
    const claimed = claimedClientId(authorization, form);
    if (claimed !== undefined && (await this.accounts.exists(claimed)))
      noteClaim(request, serviceName(claimed));
    const { clientId, clientSecret } = clientCredentials(authorization, form);
    const account = await this.accounts.authenticate(clientId, clientSecret);
    const scope = grantedScope(scopesOf(account.grants), form.scope ?? '');
    const { tokenId, answer } = this.tokens.issue(
      { kind: 'service', sub: account.id, gen: account.generation, client_id: clientId },
      scope,
    );
    request.user = { username: serviceName(clientId), clientId, tokenId } satisfies Partial<Principal>;
    return answer;
  }

  /** An access token of a session, which does not outlive it. */
  private userToken(
    request: FastifyRequest,
    user: User,
    { session, refreshToken }: OpenSession,
    scope: string,
  ): TokenAnswer {
    const clientId = session.clientId ?? undefined;
    const { tokenId, answer } = this.tokens.issue(
      {
        kind: 'user',
        sub: user.username,
        gen: user.generation,
        sid: session.id,
        ...(clientId && { client_id: clientId }),
      },
      scope,
      Math.floor((Date.parse(session.expiresAt) - Date.now()) / 1000),
    );
    request.user = { username: user.username, clientId, tokenId } satisfies Partial<Principal>;
    return { ...answer, refresh_token: refreshToken };
  }
}
