import { Controller, Header, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Operation } from '../../common/operation.js';
import { RouteSettings } from '../../common/route-config.js';
import { about, Administers } from '../../logging/administration.js';
import { Public } from '../gate/auth.decorator.js';
import { demandForm, faultOf, formError } from '../grants/token-form.js';
import { RevocationService } from './revocation.service.js';
import { OAUTH_FORMAT } from './oauth-errors.js';
import { FORM_TYPE, REVOCATION_FORM } from './token.schema.js';

/** A JWT with as many scopes as a token request may name is shorter. */
const TOKEN_LIMIT = 16_384;

@ApiTags('Access')
@Controller()
@RouteSettings({ errorFormat: OAUTH_FORMAT })
export class RevocationController {
  constructor(private readonly revocation: RevocationService) {}

  @Post('revoke')
  @Header('Cache-Control', 'no-store')
  @Public()
  @Administers('token.revoke')
  @Operation({
    summary: 'Revoke a token',
    description:
      'RFC 7009. A refresh token or a user’s access token ends its session, with all its tokens; a service account’s token is rejected from the next request on. The answer is the same if there is no such token.',
    body: { content: { [FORM_TYPE]: REVOCATION_FORM }, examples: { revocation: { token: 'the token' } } },
    returns: 'The token is revoked, or was not valid',
    format: OAUTH_FORMAT,
    errors: ['unsupported_media_type'],
  })
  async revokeToken(@Req() request: FastifyRequest): Promise<void> {
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
