import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Auth } from '../auth/gate/auth.decorator.js';
import { ApiErrors } from '../common/openapi.js';
import { validated } from '../common/validated.js';
import { about, Administers } from '../logging/administration.js';
import { UsersService } from '../users/users.service.js';
import { ApiDone, ApiJsonBody, ApiQueryOf, ApiUser, ApiUsers } from './accounts.openapi.js';
import { UserAdministration } from './user-administration.js';
import { userPage, type UserPageView, userView, type UserView } from './user-view.js';
import { NEW_PASSWORD, NEW_USER, USER_CHANGE, USER_QUERY } from './users.schema.js';

const REFUSALS = ['not_authenticated', 'invalid_token', 'insufficient_scope'] as const;

@ApiTags('Users')
@Controller('v1/users')
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly administration: UserAdministration,
  ) {}

  @Post()
  @Auth('users:admin')
  @Administers('user.create')
  @ApiOperation({ summary: 'Create a user' })
  @ApiJsonBody(NEW_USER)
  @ApiUser(201)
  @ApiErrors('problem', ...REFUSALS, 'conflict', 'validation_failed', 'overloaded')
  async create(@Req() request: FastifyRequest, @Body() body: unknown): Promise<UserView> {
    const { full_name: fullName, ...user } = validated(NEW_USER, body);
    about(request, user.username);
    return userView(await this.administration.create({ ...user, fullName }));
  }

  @Get()
  @Auth('users:admin')
  @ApiOperation({ summary: 'List users' })
  @ApiQueryOf(USER_QUERY)
  @ApiUsers()
  @ApiErrors('problem', ...REFUSALS, 'validation_failed')
  list(@Query() query: unknown): Promise<UserPageView> {
    return userPage(this.users, validated(USER_QUERY, query, 'query'));
  }

  @Get(':username')
  @Auth('users:admin')
  @ApiOperation({ summary: 'Get a user' })
  @ApiUser()
  @ApiErrors('problem', ...REFUSALS, 'not_found')
  async get(@Param('username') username: string): Promise<UserView> {
    return userView(await this.users.get(username));
  }

  @Patch(':username')
  @Auth('users:admin')
  @Administers('user.update')
  @ApiOperation({ summary: "Change a user's data and grants" })
  @ApiJsonBody(USER_CHANGE)
  @ApiUser()
  @ApiErrors('problem', ...REFUSALS, 'not_found', 'conflict', 'validation_failed')
  async update(
    @Req() request: FastifyRequest,
    @Param('username') username: string,
    @Body() body: unknown,
  ): Promise<UserView> {
    about(request, username);
    const { full_name: fullName, email, grants } = validated(USER_CHANGE, body);
    return userView(await this.administration.change(username, { fullName, email, grants }));
  }

  @Post(':username/disable')
  @HttpCode(200)
  @Auth('users:admin')
  @Administers('user.disable')
  @ApiOperation({ summary: 'Disable a user' })
  @ApiUser()
  @ApiErrors('problem', ...REFUSALS, 'not_found', 'conflict')
  async disable(@Req() request: FastifyRequest, @Param('username') username: string): Promise<UserView> {
    about(request, username);
    return userView(await this.administration.change(username, { disabled: true }));
  }

  @Post(':username/enable')
  @HttpCode(200)
  @Auth('users:admin')
  @Administers('user.enable')
  @ApiOperation({ summary: 'Enable a disabled user' })
  @ApiUser()
  @ApiErrors('problem', ...REFUSALS, 'not_found')
  async enable(@Req() request: FastifyRequest, @Param('username') username: string): Promise<UserView> {
    about(request, username);
    return userView(await this.administration.change(username, { disabled: false }));
  }

  @Post(':username/password')
  @HttpCode(204)
  @Auth('users:admin')
  @Administers('user.password')
  @ApiOperation({ summary: "Set a user's password and end all sessions of the user" })
  @ApiJsonBody(NEW_PASSWORD)
  @ApiDone('Set')
  @ApiErrors('problem', ...REFUSALS, 'not_found', 'validation_failed', 'overloaded')
  async setPassword(
    @Req() request: FastifyRequest,
    @Param('username') username: string,
    @Body() body: unknown,
  ): Promise<void> {
    about(request, username);
    await this.administration.setPassword(username, validated(NEW_PASSWORD, body).password);
  }

  @Delete(':username')
  @HttpCode(204)
  @Auth('users:admin')
  @Administers('user.delete')
  @ApiOperation({ summary: 'Delete a user', description: "The user's audit records remain." })
  @ApiDone('Deleted')
  @ApiErrors('problem', ...REFUSALS, 'not_found', 'conflict')
  async remove(@Req() request: FastifyRequest, @Param('username') username: string): Promise<void> {
    about(request, username);
    await this.administration.remove(username);
  }
}
