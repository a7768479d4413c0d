import { Controller, Header, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FORM_TYPE } from '../../common/media-type.js';
import { Operation } from '../../common/operation.js';
import { RouteSettings } from '../../common/route-config.js';
import { Administers } from '../../logging/administration.js';
import { LoginLimit, Public } from '../gate/auth.decorator.js';
import { TokenEndpoint } from '../grants/token-endpoint.js';
import { ChecksPassword } from '../login/checks-password.js';
import { OAUTH_FORMAT } from './oauth-errors.js';
import { TOKEN, TOKEN_EXAMPLES, TOKEN_FORM, type TokenAnswer } from './token.schema.js';

@ApiTags('Access')
@Controller()
@RouteSettings({ errorFormat: OAUTH_FORMAT, takesForm: true })
export class TokenController {
  constructor(private readonly endpoint: TokenEndpoint) {}

  @Post('token')
  // RFC 6749 section 5.1.
  @Header('Cache-Control', 'no-store')
  @Header('Pragma', 'no-cache')
  @Public()
  @Administers('login')
  @LoginLimit()
  @ChecksPassword()
  @Operation({
    summary: 'Get an access token',
    description:
      'OAuth2 grants: a user name and password (`password`), a refresh token (`refresh_token`), or the credentials of a service account (`client_credentials`).',
    body: { content: { [FORM_TYPE]: TOKEN_FORM }, examples: TOKEN_EXAMPLES },
    returns: 'A bearer token',
    schema: TOKEN,
    format: OAUTH_FORMAT,
    errors: [
      'unsupported_grant_type',
      'invalid_grant',
      'invalid_scope',
      'inactive_user',
      'invalid_credentials',
      'invalid_client',
      'validation_failed',
      'unsupported_media_type',
      'rate_limited',
      'overloaded',
    ],
  })
  getToken(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TokenAnswer> {
    return this.endpoint.answer(request, reply);
  }
}
