import { Body, Controller, Delete, Get, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Auth } from '../auth/gate/auth.decorator.js';
import { Operation } from '../common/operation.js';
import type { Page } from '../common/page.js';
import { setLocation } from '../common/public-address.js';
import { about, Administers } from '../logging/administration.js';
import { UsersService } from '../users/users.service.js';
import { UserAdministration } from './user-administration.js';
import { userPage, userView } from './user-view.js';
import {
  NEW_PASSWORD,
  NEW_USER,
  type NewPasswordBody,
  type NewUserBody,
  USER,
  USER_CHANGE,
  USER_PAGE,
  USER_PATH,
  USER_QUERY,
  type UserChangeBody,
  type UserPath,
  type UserQuery,
  type UserView,
} from './users.schema.js';

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
  @Operation({
    summary: 'Create a user',
    status: 201,
    returns: 'The user',
    schema: USER,
    headers: { Location: "The user's own path" },
    errors: ['conflict', 'overloaded'],
  })
  async createUser(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body({ schema: NEW_USER }) body: NewUserBody,
  ): Promise<UserView> {
    about(request, body.username);
    const { full_name: fullName, ...user } = body;
    const created = await this.administration.create({ ...user, fullName });
    setLocation(request, reply, 'v1', 'users', created.username);
    return userView(created);
  }

  @Get()
  @Auth('users:admin')
  @Operation({ summary: 'List users', returns: 'A page of users, by name', schema: USER_PAGE })
  listUsers(@Query({ schema: USER_QUERY }) query: UserQuery): Promise<Page<UserView>> {
    return userPage(this.users, query);
  }

  @Get(':username')
  @Auth('users:admin')
  @Operation({ summary: 'Get a user', returns: 'The user', schema: USER, errors: ['not_found'] })
  async getUser(@Param({ schema: USER_PATH }) { username }: UserPath): Promise<UserView> {
    return userView(await this.users.get(username));
  }

  @Patch(':username')
  @Auth('users:admin')
  @Administers('user.update', 'username')
  @Operation({
    summary: "Change a user's name, e-mail address or grants",
    returns: 'The user',
    schema: USER,
    errors: ['not_found', 'conflict'],
  })
  async updateUser(
    @Param({ schema: USER_PATH }) { username }: UserPath,
    @Body({ schema: USER_CHANGE }) { full_name: fullName, email, grants }: UserChangeBody,
  ): Promise<UserView> {
    return userView(await this.administration.change(username, { fullName, email, grants }));
  }

  @Post(':username/disable')
  @Auth('users:admin')
  @Administers('user.disable', 'username')
  @Operation({
    summary: 'Disable a user',
    description: "The user's next request is rejected.",
    returns: 'The user',
    schema: USER,
    errors: ['not_found', 'conflict'],
  })
  async disableUser(@Param({ schema: USER_PATH }) { username }: UserPath): Promise<UserView> {
    return userView(await this.administration.change(username, { disabled: true }));
  }

  @Post(':username/enable')
  @Auth('users:admin')
  @Administers('user.enable', 'username')
  @Operation({ summary: 'Enable a disabled user', returns: 'The user', schema: USER, errors: ['not_found'] })
  async enableUser(@Param({ schema: USER_PATH }) { username }: UserPath): Promise<UserView> {
    return userView(await this.administration.change(username, { disabled: false }));
  }

  @Post(':username/password')
  @Auth('users:admin')
  @Administers('user.password', 'username')
  @Operation({
    summary: "Set a user's password",
    description: 'All sessions of the user end.',
    status: 204,
    returns: 'Set',
    errors: ['not_found', 'overloaded'],
  })
  setUserPassword(
    @Param({ schema: USER_PATH }) { username }: UserPath,
    @Body({ schema: NEW_PASSWORD }) { password }: NewPasswordBody,
  ): Promise<void> {
    return this.administration.setPassword(username, password);
  }

  @Delete(':username')
  @Auth('users:admin')
  @Administers('user.delete', 'username')
  @Operation({
    summary: 'Delete a user',
    description: 'The audit records of the user stay.',
    status: 204,
    returns: 'Deleted',
    errors: ['not_found', 'conflict'],
  })
  deleteUser(@Param({ schema: USER_PATH }) { username }: UserPath): Promise<void> {
    return this.administration.remove(username);
  }
}
