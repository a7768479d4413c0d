import { Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiErrors } from '../../common/openapi.js';
import { RouteSettings } from '../../common/route-config.js';
import { about, Administers } from '../../logging/administration.js';
import { Public } from '../gate/auth.decorator.js';
import { demandForm, faultOf, formError } from '../grants/token-form.js';
import { RevocationService } from './revocation.service.js';
import { OAUTH_FORMAT } from './oauth-errors.js';
import { REVOCATION_FORM } from './token.openapi.js';

/** A JWT with as many scopes as a token request may name is shorter. */
const TOKEN_LIMIT = 16_384;

@ApiTags('Access')
@Controller()
@RouteSettings({ errorFormat: OAUTH_FORMAT })
export class RevocationController {
  constructor(private readonly revocation: RevocationService) {}

  @Post('revoke')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @Public()
  @Administers('token.revoke')
  @ApiOperation({
    summary: 'Revoke a token',
    description:
      'RFC 7009. Revoking a refresh token or a user’s access token ends the session with all its tokens. A service account’s token is rejected from the next request on. The response is the same if the token does not exist.',
  })
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody(REVOCATION_FORM)
  @ApiResponse({ status: 200, description: 'The token is revoked, or was not valid' })
  @ApiErrors(OAUTH_FORMAT, 'bad_request', 'payload_too_large', 'unsupported_media_type')
  async revoke(@Req() request: FastifyRequest): Promise<void> {
    demandForm(request, 'the field token');
    const { token } = request.body as { token?: unknown };
    const faults = faultOf('token', token, TOKEN_LIMIT);
    if (faults.length > 0) throw formError('bad_request', faults);
    const owner = await this.revocation.revoke(token as string);
    if (!owner) return;
    request.user = owner;
    about(request, owner.username);
  }
}
