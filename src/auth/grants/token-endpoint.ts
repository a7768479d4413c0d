import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { noteClaim } from '../../logging/administration.js';
import { UsersService } from '../../users/users.service.js';
import { RateLimiter } from '../gate/rate-limiter.js';
import type { TokenAnswer } from '../tokens/token.schema.js';
import { GrantsService } from './grants.service.js';
import { loginTracker } from './login-tracker.js';
import { checkTokenForm, tokenAction } from './token-form.js';

/** Handles a token request in this order: the name for its record, the login limit, the form, the grant. */
@Injectable()
export class TokenEndpoint {
  constructor(
    private readonly users: UsersService,
    private readonly limiter: RateLimiter,
    private readonly grants: GrantsService,
  ) {}

  /** @throws ApiError of the limit, the form or the grant */
  async answer(request: FastifyRequest, reply: FastifyReply): Promise<TokenAnswer> {
    request.administration!.action = tokenAction(request);
    await this.noteClaimedUser(request);
    const headers = await this.limiter.hit('login', loginTracker(request));
    if (headers) void reply.headers(headers);
    return this.grants.answer(request, checkTokenForm(request));
  }

  /**
   * The record of a failed login contains the user name only if that user exists: people type passwords into the name
   * field by mistake.
   */
  private async noteClaimedUser(request: FastifyRequest): Promise<void> {
    const { username } = (request.body ?? {}) as { username?: unknown };
    const user = typeof username === 'string' ? await this.users.find(username.slice(0, 128)) : null;
    if (user) noteClaim(request, user.username);
  }
}
