import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../common/errors.js';
import { headerText } from '../../common/header-text.js';
import { about, noteClaim } from '../../logging/administration.js';
import type { User } from '../../users/user.entity.js';
import { UsersService } from '../../users/users.service.js';
import { authenticateWith } from '../gate/passport.js';
import { remainingScopes, scopesOf } from '../gate/scopes.js';
import type { LoginRequest } from '../login/local.strategy.js';
import { ServiceAccountsService } from '../service-accounts/service-accounts.service.js';
import type { Session } from '../sessions/session.entity.js';
import { type OpenSession, SessionsService } from '../sessions/sessions.service.js';
import type { TokenAnswer } from '../tokens/token.schema.js';
import { TokenService, UNNAMED_CLIENT } from '../tokens/token.service.js';
import { ClientAuthentication } from './client-authentication.js';
import { claimedClientId } from './client-credentials.js';
import { grantedScope } from './granted-scope.js';
import { type GrantType, namesGrant, type TokenForm } from './token-form.js';

/** The three grants of the token endpoint (RFC 6749 sections 4.3, 4.4 and 6), on forms that were checked. */
@Injectable()
export class GrantsService {
  constructor(
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly accounts: ServiceAccountsService,
    private readonly clients: ClientAuthentication,
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
    const clientId = await this.clients.any({ authorization: request.headers.authorization, form });
    const user = await this.userOf(request, form);
    const scope = grantedScope(scopesOf(user.grants), form.scope ?? '');
    const opened = await this.sessions.open(user, {
      scope,
      clientId,
      address: request.address,
      userAgent: headerText(request.headers['user-agent'] ?? ''),
    });
    return this.userToken(request, user, opened, scope);
  }

  /** @throws ApiError with the status that the form's writer knows: see {@link namesGrant} */
  private async userOf(request: FastifyRequest, form: TokenForm): Promise<User> {
    try {
      const login: LoginRequest = { body: form, address: request.address };
      const { found: user } = await authenticateWith<User>(['local'], login);
      if (!user) throw new ApiError('invalid_credentials');
      return user;
    } catch (error) {
      if (error instanceof ApiError && error.code === 'invalid_credentials' && namesGrant(form))
        throw new ApiError('invalid_grant', error.detail);
      throw error;
    }
  }

  /** Everything is checked before the refresh token is replaced, so that a rejected request does not use it up. */
  private async refresh(request: FastifyRequest, form: TokenForm): Promise<TokenAnswer> {
    const refreshToken = form.refresh_token!;
    const client = await this.clients.any({ authorization: request.headers.authorization, form });
    const presented = await this.sessions.presented(refreshToken);
    if (!presented) throw new ApiError('invalid_grant');
    const { session, isCurrent } = presented;
    const user = await this.users.findById(session.userId);
    if (!user || user.generation !== session.generation) throw new ApiError('invalid_grant');
    about(request, user.username);
    if (!isCurrent) return this.refuseReuse(request, session);
    await this.refuseOtherClient(session, client);
    if (user.disabled) throw new ApiError('inactive_user');
    const scope = grantedScope(remainingScopes(scopesOf(user.grants), session.scope), form.scope ?? '');
    const rotated = await this.sessions.rotate(session, refreshToken);
    return rotated ? this.userToken(request, user, rotated, scope) : this.refuseReuse(request, session);
  }

  /** RFC 6749 section 6: a confidential client must authenticate; a public one may leave its name out. */
  private async refuseOtherClient({ clientId }: Session, client: string | undefined): Promise<void> {
    if (clientId === null || clientId === client) return;
    if (client !== undefined)
      throw new ApiError('invalid_grant', 'the refresh token was issued to another client');
    if (await this.clients.isConfidential(clientId)) throw new ApiError('invalid_client');
  }

  /** A refresh token that is used twice may have been stolen, and the server cannot tell which client is the thief. */
  private async refuseReuse(request: FastifyRequest, session: Session): Promise<never> {
    await this.sessions.end(session.id);
    request.administration!.action = 'token.reuse';
    throw new ApiError('invalid_grant', 'the refresh token was already used, so its session was ended');
  }

  private async clientCredentials(request: FastifyRequest, form: TokenForm): Promise<TokenAnswer> {
    const { authorization } = request.headers;
    const claimed = claimedClientId(authorization, form);
    if (claimed !== undefined && (await this.accounts.exists(claimed))) noteClaim(request, claimed);
    const account = await this.clients.confidential({ authorization, form });
    const { clientId } = account;
    const scope = grantedScope(scopesOf(account.grants), form.scope ?? '');
    const { tokenId, answer } = this.tokens.issue(
      { kind: 'service', sub: account.id, gen: account.generation, client_id: clientId },
      scope,
    );
    request.user = { kind: 'service', id: account.id, name: clientId, clientId, tokenId };
    return answer;
  }

  /** An access token of a session. It expires with the session at the latest. */
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
        client_id: clientId ?? UNNAMED_CLIENT,
      },
      scope,
      Math.floor((Date.parse(session.expiresAt) - Date.now()) / 1000),
    );
    request.user = { kind: 'user', id: user.id, name: user.username, clientId, tokenId };
    return { ...answer, refresh_token: refreshToken };
  }
}
