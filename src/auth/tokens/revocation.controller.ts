import { Controller, Header, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { FORM_TYPE } from '../../common/media-type.js';
import { Operation } from '../../common/operation.js';
import { RouteSettings } from '../../common/route-config.js';
import { about, Administers } from '../../logging/administration.js';
import { Public } from '../gate/auth.decorator.js';
import { ClientAuthentication } from '../grants/client-authentication.js';
import { RevocationService } from './revocation.service.js';
import { OAUTH_FORMAT } from './oauth-errors.js';
import { tokenOf, tokenRequestOf } from './token-request.js';
import { REVOCATION, REVOCATION_FORM, type Revocation } from './token.schema.js';

@ApiTags('Access')
@Controller()
@RouteSettings({ errorFormat: OAUTH_FORMAT, takesForm: true })
export class RevocationController {
  constructor(
    private readonly clients: ClientAuthentication,
    private readonly revocation: RevocationService,
  ) {}

  @Post('revoke')
  @Header('Cache-Control', 'no-store')
  @Header('Pragma', 'no-cache')
  @Public()
  @Administers('token.revoke')
  @Operation({
    summary: 'Revoke a token',
    description:
      'RFC 7009. A client that names itself is checked first: a service account needs its secret, and a token that was issued to another client is not revoked. A refresh token or a user’s access token ends its session, with all its tokens; a service account’s token is rejected from the next request on. The answer is the same if there is no such token.',
    body: { content: { [FORM_TYPE]: REVOCATION_FORM }, examples: { revocation: { token: 'the token' } } },
    returns: 'The token is revoked, or was not valid',
    schema: REVOCATION,
    format: OAUTH_FORMAT,
    errors: ['invalid_client', 'invalid_grant', 'unsupported_media_type'],
  })
  async revokeToken(@Req() request: FastifyRequest): Promise<Revocation> {
    const proof = tokenRequestOf(request);
    const client = await this.clients.any(proof);
    const owner = await this.revocation.revoke(tokenOf(proof), client);
    if (owner) {
      request.user = owner;
      about(request, owner.name);
    }
    return {};
  }
}
