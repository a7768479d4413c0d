import { Controller, Delete, Get, Param, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Actor } from '../auth/gate/actor.decorator.js';
import { Auth } from '../auth/gate/auth.decorator.js';
import { Operation } from '../common/operation.js';
import type { Page } from '../common/page.js';
import type { Caller } from '../common/actor.js';
import { about, Administers } from '../logging/administration.js';
import { UsersService } from '../users/users.service.js';
import { OwnAccount } from './own-account.js';
import { SessionAdministration } from './session-administration.js';
import {
  ENDED_SESSIONS,
  type EndedView,
  LOGOUT_QUERY,
  type LogoutQuery,
  OWN_SESSION_PATH,
  type OwnSessionPath,
  SESSION_PAGE,
  SESSION_PATH,
  SESSION_QUERY,
  type SessionPath,
  type SessionQuery,
  type SessionView,
} from './sessions.schema.js';
import { USER_PATH, type UserPath } from './users.schema.js';

@ApiTags('Sessions')
@Controller('v1/users/me/sessions')
export class OwnSessionsController {
  constructor(
    private readonly account: OwnAccount,
    private readonly sessions: SessionAdministration,
  ) {}

  @Get()
  @Auth()
  @Operation({
    summary: 'List your sessions',
    returns: 'A page of sessions, the last used first',
    schema: SESSION_PAGE,
    errors: ['not_found'],
  })
  async listMySessions(
    @Actor() actor: Caller,
    @Query({ schema: SESSION_QUERY }) query: SessionQuery,
  ): Promise<Page<SessionView>> {
    return this.sessions.page(await this.account.userOf(actor), query, actor.sessionId);
  }

  @Delete()
  @Auth()
  @Administers('session.end')
  @Operation({
    summary: 'End all your sessions',
    returns: 'Tokens of these sessions are rejected from the next request on',
    schema: ENDED_SESSIONS,
    errors: ['not_found'],
  })
  async endMySessions(
    @Req() request: FastifyRequest,
    @Actor() actor: Caller,
    @Query({ schema: LOGOUT_QUERY }) { except }: LogoutQuery,
  ): Promise<EndedView> {
    about(request, actor.name);
    const user = await this.account.userOf(actor);
    return this.sessions.endAll(user, except === 'current' ? actor.sessionId : undefined);
  }

  @Delete(':id')
  @Auth()
  @Administers('session.end')
  @Operation({ summary: 'End one of your sessions', status: 204, returns: 'Ended', errors: ['not_found'] })
  async endMySession(
    @Req() request: FastifyRequest,
    @Actor() actor: Caller,
    @Param({ schema: OWN_SESSION_PATH }) { id }: OwnSessionPath,
  ): Promise<void> {
    about(request, actor.name);
    await this.sessions.end(await this.account.userOf(actor), id);
  }
}

@ApiTags('Sessions')
@Controller('v1/users/:username/sessions')
export class SessionsController {
  constructor(
    private readonly users: UsersService,
    private readonly sessions: SessionAdministration,
  ) {}

  @Get()
  @Auth('users:admin')
  @Operation({
    summary: 'List the sessions of a user',
    returns: 'A page of sessions, the last used first',
    schema: SESSION_PAGE,
    errors: ['not_found'],
  })
  async listSessions(
    @Actor() actor: Caller,
    @Param({ schema: USER_PATH }) { username }: UserPath,
    @Query({ schema: SESSION_QUERY }) query: SessionQuery,
  ): Promise<Page<SessionView>> {
    return this.sessions.page(await this.users.get(username), query, actor.sessionId);
  }

  @Delete()
  @Auth('users:admin')
  @Administers('session.end', 'username')
  @Operation({
    summary: 'End all sessions of a user',
    returns: 'Tokens of these sessions are rejected from the next request on',
    schema: ENDED_SESSIONS,
    errors: ['not_found'],
  })
  async endSessions(@Param({ schema: USER_PATH }) { username }: UserPath): Promise<EndedView> {
    return this.sessions.endAll(await this.users.get(username));
  }

  @Delete(':id')
  @Auth('users:admin')
  @Administers('session.end', 'username')
  @Operation({ summary: 'End a session of a user', status: 204, returns: 'Ended', errors: ['not_found'] })
  async endSession(@Param({ schema: SESSION_PATH }) { username, id }: SessionPath): Promise<void> {
    await this.sessions.end(await this.users.get(username), id);
  }
}
