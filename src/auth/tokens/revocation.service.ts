import { Injectable } from '@nestjs/common';
import { ApiError } from '../../common/errors.js';
import type { Actor, Caller } from '../../common/actor.js';
import { UsersService } from '../../users/users.service.js';
import { RevokedTokens } from '../service-accounts/revoked-tokens.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { TokenVerifier } from '../gate/token-verifier.js';

/** Whose token was revoked. */
export type TokenOwner = Actor & Pick<Caller, 'clientId'>;

/**
 * Revokes tokens (RFC 7009). Possession of the token is enough, since all that it does is to take away what the token
 * gives; but a client that names itself revokes its own tokens only.
 */
@Injectable()
export class RevocationService {
  constructor(
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly revoked: RevokedTokens,
    private readonly tokens: TokenVerifier,
  ) {}

  /**
   * A refresh token (also a used one) or an access token ends its session. An access token without a session is rejected
   * from the next request on. Text that is not a token of this server, or is an expired one, changes nothing.
   * @param client the client that asks, if it named itself
   * @throws ApiError `invalid_grant` for a token that was issued to another client
   */
  async revoke(token: string, client?: string): Promise<TokenOwner | undefined> {
    const presented = await this.sessions.presented(token);
    if (presented) {
      const { id, userId, clientId } = presented.session;
      refuseOthers(client, clientId ?? undefined);
      await this.sessions.end(id);
      const user = await this.users.findById(userId);
      if (!user) return undefined;
      return { kind: 'user', id: user.id, name: user.username, clientId: clientId ?? undefined };
    }
    const caller = await this.callerOf(token);
    if (!caller) return undefined;
    refuseOthers(client, caller.clientId);
    return this.revokeAccessToken(caller);
  }

  private async revokeAccessToken(caller: Caller): Promise<TokenOwner | undefined> {
    const { kind, id, name, sessionId, tokenId, expiresAt, clientId } = caller;
    if (kind === 'service') await this.revoked.add(tokenId, id, expiresAt);
    else if (sessionId !== undefined) await this.sessions.end(sessionId);
    else return undefined;
    return { kind, id, name, clientId };
  }

  /** Who holds an access token, if it is valid. */
  private async callerOf(token: string): Promise<Caller | undefined> {
    try {
      return await this.tokens.verify(token);
    } catch (error) {
      if (error instanceof ApiError && error.code !== 'internal') return undefined;
      throw error;
    }
  }
}

/** RFC 7009 section 2.1. A token that was issued to no client in particular may be revoked by any. */
function refuseOthers(client: string | undefined, owner: string | undefined): void {
  if (client !== undefined && owner !== undefined && client !== owner)
    throw new ApiError('invalid_grant', 'the token was issued to another client');
}
