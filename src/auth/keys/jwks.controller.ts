import type { JsonWebKey } from 'node:crypto';
import { Controller, Get, Header } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '../gate/auth.decorator.js';
import { KeyRing } from './key-ring.js';
import { JWKS_ANSWER } from './keys.openapi.js';

@ApiTags('Access')
@Controller('.well-known')
export class JwksController {
  constructor(private readonly keys: KeyRing) {}

  @Get('jwks.json')
  // Who meets an unknown `kid` asks again; a retired key is forgotten by others within this time.
  @Header('Cache-Control', 'public, max-age=300')
  @Public()
  @ApiOperation({
    summary: 'Get the public keys that verify tokens',
    description: 'For services that accept the same tokens. Shared secrets are never included.',
  })
  @ApiResponse(JWKS_ANSWER)
  jwks(): { keys: JsonWebKey[] } {
    const asymmetric = this.keys.list().filter(({ verificationKey }) => verificationKey.type === 'public');
    return {
      keys: asymmetric.map(({ kid, algorithm, verificationKey }) => ({
        ...verificationKey.export({ format: 'jwk' }),
        kid,
        alg: algorithm,
        use: 'sig',
      })),
    };
  }
}
