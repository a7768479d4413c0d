import { Controller, Delete, Get, HttpCode, Param, Query, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Auth } from '../auth/gate/auth.decorator.js';
import { ApiErrors } from '../common/openapi.js';
import type { Principal } from '../common/principal.js';
import { validated } from '../common/validated.js';
import { about, Administers } from '../logging/administration.js';
import { UsersService } from '../users/users.service.js';
import { ApiDone, ApiQueryOf } from './accounts.openapi.js';
import { OwnAccount } from './own-account.js';
import { SessionAdministration } from './session-administration.js';
import type { EndedView, SessionListView } from './session-view.js';
import { ApiEnded, ApiSessions } from './sessions.openapi.js';
import { LOGOUT_QUERY } from './sessions.schema.js';

const OWN_REFUSALS = ['not_authenticated', 'invalid_token', 'not_found'] as const;
const REFUSALS = [...OWN_REFUSALS, 'insufficient_scope'] as const;

const principalOf = (request: FastifyRequest): Principal => request.user as Principal;

@ApiTags('Sessions')
@Controller('v1/users/me/sessions')
export class OwnSessionsController {
  constructor(
    private readonly account: OwnAccount,
    private readonly sessions: SessionAdministration,
  ) {}

  @Get()
  @Auth()
  @ApiOperation({ summary: 'List your sessions' })
  @ApiSessions()
  @ApiErrors('problem', ...OWN_REFUSALS)
  async list(@Req() request: FastifyRequest): Promise<SessionListView> {
    const principal = principalOf(request);
    return this.sessions.list(await this.account.userOf(principal), principal.sessionId);
  }

  @Delete()
  @Auth()
  @Administers('session.end')
  @ApiOperation({ summary: 'End all your sessions' })
  @ApiQueryOf(LOGOUT_QUERY)
  @ApiEnded()
  @ApiErrors('problem', ...OWN_REFUSALS, 'validation_failed')
  async endAll(@Req() request: FastifyRequest, @Query() query: unknown): Promise<EndedView> {
    const principal = principalOf(request);
    about(request, principal.username);
    const { except } = validated(LOGOUT_QUERY, query, 'query');
    const user = await this.account.userOf(principal);
    return this.sessions.endAll(user, except === 'current' ? principal.sessionId : undefined);
  }

  @Delete(':id')
  @HttpCode(204)
  @Auth()
  @Administers('session.end')
  @ApiOperation({ summary: 'End one of your sessions' })
  @ApiDone('Ended')
  @ApiErrors('problem', ...OWN_REFUSALS)
  async end(@Req() request: FastifyRequest, @Param('id') id: string): Promise<void> {
    about(request, principalOf(request).username);
    await this.sessions.end(await this.account.userOf(principalOf(request)), id);
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
  @ApiOperation({ summary: 'List the sessions of a user' })
  @ApiSessions()
  @ApiErrors('problem', ...REFUSALS)
  async list(@Req() request: FastifyRequest, @Param('username') username: string): Promise<SessionListView> {
    return this.sessions.list(await this.users.get(username), principalOf(request).sessionId);
  }

  @Delete()
  @Auth('users:admin')
  @Administers('session.end')
  @ApiOperation({ summary: 'End all sessions of a user' })
  @ApiEnded()
  @ApiErrors('problem', ...REFUSALS)
  async endAll(@Req() request: FastifyRequest, @Param('username') username: string): Promise<EndedView> {
    about(request, username);
    return this.sessions.endAll(await this.users.get(username));
  }

  @Delete(':id')
  @HttpCode(204)
  @Auth('users:admin')
  @Administers('session.end')
  @ApiOperation({ summary: 'End a session of a user' })
  @ApiDone('Ended')
  @ApiErrors('problem', ...REFUSALS)
  async end(
    @Req() request: FastifyRequest,
    @Param('username') username: string,
    @Param('id') id: string,
  ): Promise<void> {
    about(request, username);
    await this.sessions.end(await this.users.get(username), id);
  }
}
