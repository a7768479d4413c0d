import { Controller, Header, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { FORM_TYPE } from '../../common/media-type.js';
import { Operation } from '../../common/operation.js';
import { RouteSettings } from '../../common/route-config.js';
import { Public } from '../gate/auth.decorator.js';
import { ClientAuthentication } from '../grants/client-authentication.js';
import { IntrospectionService } from './introspection.service.js';
import { OAUTH_FORMAT } from './oauth-errors.js';
import { tokenOf, tokenRequestOf } from './token-request.js';
import { type Introspection, INTROSPECTION, INTROSPECTION_FORM } from './token.schema.js';

@ApiTags('Access')
@Controller()
@RouteSettings({ errorFormat: OAUTH_FORMAT, takesForm: true })
export class IntrospectionController {
  constructor(
    private readonly clients: ClientAuthentication,
    private readonly introspection: IntrospectionService,
  ) {}

  @Post('introspect')
  @Header('Cache-Control', 'no-store')
  @Header('Pragma', 'no-cache')
  @Public()
  @Operation({
    summary: 'Show whether a token is valid, and what it allows',
    description:
      'RFC 7662, for services that accept the same tokens. The service authenticates as a service account, with HTTP Basic or in the form. A token that is unknown, expired or revoked is `{"active": false}`.',
    body: {
      content: { [FORM_TYPE]: INTROSPECTION_FORM },
      examples: {
        introspection: { token: 'the token', client_id: 'nightly-report', client_secret: 'its secret' },
      },
    },
    returns: 'The state of the token',
    schema: INTROSPECTION,
    format: OAUTH_FORMAT,
    errors: ['invalid_client', 'unsupported_media_type', 'overloaded'],
  })
  async introspectToken(@Req() request: FastifyRequest): Promise<Introspection> {
    const proof = tokenRequestOf(request);
    const { id, clientId } = await this.clients.confidential(proof);
    request.user = { kind: 'service', id, name: clientId, clientId };
    return this.introspection.introspect(tokenOf(proof));
  }
}
