import { Body, Controller, Get, HttpCode, Patch, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Auth } from '../auth/gate/auth.decorator.js';
import { ChecksPassword } from '../auth/login/checks-password.js';
import { ApiErrors } from '../common/openapi.js';
import type { Principal } from '../common/principal.js';
import { validated } from '../common/validated.js';
import { about, Administers } from '../logging/administration.js';
import { ApiDone, ApiJsonBody, ApiMe } from './accounts.openapi.js';
import { type MeView, OwnAccount } from './own-account.js';
import { OWN_CHANGE, OWN_PASSWORD } from './users.schema.js';

const REFUSALS = ['not_authenticated', 'invalid_token', 'not_found'] as const;

const principalOf = (request: FastifyRequest): Principal => request.user as Principal;

@ApiTags('Users')
@Controller('v1/users/me')
export class MeController {
  constructor(private readonly account: OwnAccount) {}

  @Get()
  @Auth()
  @ApiOperation({ summary: 'Get your account and the scopes of your token' })
  @ApiMe()
  @ApiErrors('problem', ...REFUSALS)
  get(@Req() request: FastifyRequest): Promise<MeView> {
    return this.account.view(principalOf(request));
  }

  @Patch()
  @Auth()
  @Administers('user.update')
  @ApiOperation({ summary: 'Change your name or e-mail address' })
  @ApiJsonBody(OWN_CHANGE)
  @ApiMe()
  @ApiErrors('problem', ...REFUSALS, 'validation_failed')
  update(@Req() request: FastifyRequest, @Body() body: unknown): Promise<MeView> {
    about(request, principalOf(request).username);
    const { full_name: fullName, email } = validated(OWN_CHANGE, body);
    return this.account.update(principalOf(request), { fullName, email });
  }

  @Post('password')
  @HttpCode(204)
  @Auth()
  @Administers('user.password')
  @ChecksPassword()
  @ApiOperation({
    summary: 'Change your password and end all your sessions',
    description: 'A wrong current password counts as a failed login.',
  })
  @ApiJsonBody(OWN_PASSWORD)
  @ApiDone('Changed; log in again')
  @ApiErrors('problem', ...REFUSALS, 'validation_failed', 'rate_limited', 'overloaded')
  changePassword(@Req() request: FastifyRequest, @Body() body: unknown): Promise<void> {
    about(request, principalOf(request).username);
    const { current_password: current, new_password: next } = validated(OWN_PASSWORD, body);
    return this.account.changePassword(principalOf(request), current, next, request.ip);
  }
}
