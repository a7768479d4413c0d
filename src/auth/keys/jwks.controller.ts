import { Controller, Get, Header } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../../common/operation.js';
import { Public } from '../gate/auth.decorator.js';
import { KeyRing } from './key-ring.js';
import { jwksOf } from './key-view.js';
import { type Jwks, JWKS } from './keys.schema.js';

@ApiTags('Access')
@Controller('.well-known')
export class JwksController {
  constructor(private readonly keys: KeyRing) {}

  @Get('jwks.json')
  // Clients fetch the set again for an unknown `kid`, and forget a retired key within this time.
  @Header('Cache-Control', 'public, max-age=300')
  @Public()
  @Operation({
    summary: 'Show the public keys that verify tokens',
    description: 'For services that accept the same tokens. A shared secret is never part of it.',
    returns: 'The keys',
    schema: JWKS,
  })
  getJwks(): Jwks {
    return jwksOf(this.keys);
  }
}
