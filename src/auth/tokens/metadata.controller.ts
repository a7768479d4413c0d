import { applyDecorators, Controller, Get, Header, Inject, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Operation } from '../../common/operation.js';
import { publicAddressOf } from '../../common/public-address.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { Public } from '../gate/auth.decorator.js';
import { SCOPES } from '../gate/scopes.js';
import { GRANT_TYPES } from '../grants/token-form.js';
import { KeyRing } from '../keys/key-ring.js';
import { SERVER_METADATA, type ServerMetadata } from './token.schema.js';

const AUTHENTICATION = ['client_secret_basic', 'client_secret_post'] as const;

const Discovery = (summary: string): MethodDecorator =>
  applyDecorators(
    Header('Cache-Control', 'public, max-age=300'),
    // Without a configured issuer the document depends on the address that was asked.
    Header('Vary', 'Host, X-Forwarded-Host, X-Forwarded-Proto, X-Forwarded-Prefix'),
    Public(),
    Operation({
      summary,
      description:
        'For clients that configure themselves. There is no authorization endpoint, and no ID tokens are issued.',
      returns: 'The metadata',
      schema: SERVER_METADATA,
    }),
  );

/**
 * The documents by which OAuth2 clients find the endpoints. The issuer is MODELGATE_JWT_ISSUER if that is an address, else
 * the address at which the client reached the server, as a client compares it with the address it asked (RFC 8414 section
 * 3.3).
 */
@ApiTags('Access')
@Controller('.well-known')
export class MetadataController {
  constructor(
    private readonly keys: KeyRing,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get('oauth-authorization-server')
  @Discovery('Show the OAuth2 endpoints (RFC 8414)')
  getAuthorizationServer(@Req() request: FastifyRequest): ServerMetadata {
    return this.metadata(request);
  }

  @Get('openid-configuration')
  @Discovery('Show the OAuth2 endpoints (OpenID Connect Discovery 1.0)')
  getOpenIdConfiguration(@Req() request: FastifyRequest): ServerMetadata {
    return this.metadata(request);
  }

  private metadata(request: FastifyRequest): ServerMetadata {
    const { jwtIssuer } = this.config;
    const issuer = /^https?:\/\//.test(jwtIssuer) ? jwtIssuer : publicAddressOf(request);
    const base = issuer.replace(/\/$/, '');
    return {
      issuer,
      token_endpoint: `${base}/token`,
      revocation_endpoint: `${base}/revoke`,
      introspection_endpoint: `${base}/introspect`,
      jwks_uri: `${base}/.well-known/jwks.json`,
      scopes_supported: Object.keys(SCOPES),
      response_types_supported: [],
      grant_types_supported: [...GRANT_TYPES],
      token_endpoint_auth_methods_supported: [...AUTHENTICATION, 'none'],
      revocation_endpoint_auth_methods_supported: [...AUTHENTICATION, 'none'],
      introspection_endpoint_auth_methods_supported: [...AUTHENTICATION],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [this.keys.active().algorithm],
    };
  }
}
