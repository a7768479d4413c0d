import { Body, Controller, Header, HttpCode, Post, Req, UseGuards } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiErrors } from '../common/openapi.js';
import type { User } from '../users/user.entity.js';
import { Administers } from '../logging/administration.js';
import { Public } from './auth.decorator.js';
import { LoginGuard } from './login.guard.js';
import { LoginLimit } from './rate-limit.js';
import { TOKEN_ANSWER, TOKEN_FORM } from './token.openapi.js';
import { type TokenAnswer, TokenService } from './token.service.js';

@ApiTags('Access')
@Controller()
export class TokenController {
  constructor(private readonly tokens: TokenService) {}

  @Post('token')
  @HttpCode(200)
  // RFC 6749 section 5.1.
  @Header('Cache-Control', 'no-store')
  @Header('Pragma', 'no-cache')
  @Public()
  @Administers('login')
  @LoginLimit()
  @UseGuards(LoginGuard)
  @ApiOperation({
    summary: 'Log in',
    description: 'The OAuth2 password grant: a name and a password for a bearer token.',
  })
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody(TOKEN_FORM)
  @ApiResponse(TOKEN_ANSWER)
  @ApiErrors(
    'token',
    'unsupported_grant_type',
    'invalid_scope',
    'inactive_user',
    'invalid_credentials',
    'payload_too_large',
    'validation_failed',
    'unsupported_media_type',
    'rate_limited',
  )
  token(@Req() request: FastifyRequest, @Body() form: { scope?: string; client_id?: string }): TokenAnswer {
    return this.tokens.issue(request.user as User, form.scope ?? '', form.client_id);
  }
}
