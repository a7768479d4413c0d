import { Body, Controller, Get, Patch, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Actor } from '../auth/gate/actor.decorator.js';
import { Auth } from '../auth/gate/auth.decorator.js';
import { ChecksPassword } from '../auth/login/checks-password.js';
import { Operation } from '../common/operation.js';
import type { Caller } from '../common/actor.js';
import { about, Administers } from '../logging/administration.js';
import { OwnAccount } from './own-account.js';
import {
  ME,
  type MeView,
  OWN_CHANGE,
  OWN_PASSWORD,
  type OwnChangeBody,
  type OwnPasswordBody,
} from './users.schema.js';

@ApiTags('Users')
@Controller('v1/users/me')
export class MeController {
  constructor(private readonly account: OwnAccount) {}

  @Get()
  @Auth()
  @Operation({
    summary: 'Show your own account, and what the token may be used for',
    returns: 'Your account',
    schema: ME,
    errors: ['not_found'],
  })
  getMe(@Actor() actor: Caller): Promise<MeView> {
    return this.account.view(actor);
  }

  @Patch()
  @Auth()
  @Administers('user.update')
  @Operation({
    summary: 'Change your name or e-mail address',
    returns: 'Your account',
    schema: ME,
    errors: ['not_found'],
  })
  updateMe(
    @Req() request: FastifyRequest,
    @Actor() actor: Caller,
    @Body({ schema: OWN_CHANGE }) { full_name: fullName, email }: OwnChangeBody,
  ): Promise<MeView> {
    about(request, actor.name);
    return this.account.update(actor, { fullName, email });
  }

  @Post('password')
  @Auth()
  @Administers('user.password')
  @ChecksPassword()
  @Operation({
    summary: 'Change your own password',
    description: 'All your sessions end. A wrong current password counts as a failed login.',
    status: 204,
    returns: 'Changed; log in again',
    errors: ['not_found', 'rate_limited', 'overloaded'],
  })
  changeMyPassword(
    @Req() request: FastifyRequest,
    @Actor() actor: Caller,
    @Body({ schema: OWN_PASSWORD }) { current_password: current, new_password: next }: OwnPasswordBody,
  ): Promise<void> {
    about(request, actor.name);
    return this.account.changePassword(actor, current, next, request.address);
  }
}
