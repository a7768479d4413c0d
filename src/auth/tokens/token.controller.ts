import { Controller, Header, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../../common/openapi.js';
import { RouteSettings } from '../../common/route-config.js';
import { Administers } from '../../logging/administration.js';
import { LoginLimit, Public } from '../gate/auth.decorator.js';
import { TokenEndpoint } from '../grants/token-endpoint.js';
import { ChecksPassword } from '../login/checks-password.js';
import { OAUTH_FORMAT } from './oauth-errors.js';
import { TOKEN_ANSWER, TOKEN_FORM } from './token.openapi.js';
import type { TokenAnswer } from './token.service.js';

@ApiTags('Access')
@Controller()
@RouteSettings({ errorFormat: OAUTH_FORMAT })
export class TokenController {
  constructor(private readonly endpoint: TokenEndpoint) {}

  @Post('token')
  @HttpCode(200)
  // RFC 6749 section 5.1.
  @Header('Cache-Control', 'no-store')
  @Header('Pragma', 'no-cache')
  @Public()
  @Administers('login')
  @LoginLimit()
  @ChecksPassword()
  @ApiOperation({
    summary: 'Get an access token',
    description:
      'OAuth2 grants: a user name and password (`password`), a refresh token (`refresh_token`), or the credentials of a service account (`client_credentials`).',
  })
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody(TOKEN_FORM)
  @ApiResponse(TOKEN_ANSWER)
  @ApiErrors(
    OAUTH_FORMAT,
    'unsupported_grant_type',
    'bad_request',
    'invalid_grant',
    'invalid_scope',
    'inactive_user',
    'invalid_credentials',
    'invalid_client',
    'payload_too_large',
    'validation_failed',
    'unsupported_media_type',
    'rate_limited',
  )
  token(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TokenAnswer> {
    return this.endpoint.answer(request, reply);
  }
}
