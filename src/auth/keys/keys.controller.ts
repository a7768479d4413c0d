import { Body, Controller, Get, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Operation } from '../../common/operation.js';
import type { Page } from '../../common/page.js';
import { about, Administers } from '../../logging/administration.js';
import { Auth } from '../gate/auth.decorator.js';
import { KeyRing } from './key-ring.js';
import { keyPage, keyView } from './key-view.js';
import {
  KEY,
  KEY_PAGE,
  KEY_QUERY,
  KEY_ROTATION,
  type KeyQuery,
  type KeyRotation,
  type KeyView,
} from './keys.schema.js';

@ApiTags('Access')
@Controller('v1/keys')
export class KeysController {
  constructor(private readonly keys: KeyRing) {}

  @Get()
  @Auth('users:admin')
  @Operation({
    summary: 'List the signing keys',
    description: 'No secret of any is shown.',
    returns: 'A page of the keys that verify tokens, the active one first',
    schema: KEY_PAGE,
  })
  listKeys(@Query({ schema: KEY_QUERY }) query: KeyQuery): Page<KeyView> {
    return keyPage(this.keys, query);
  }

  @Post('rotate')
  @Auth('users:admin')
  @Administers('key.rotate')
  @Operation({
    summary: 'Rotate the signing key',
    description: 'The keys before verify tokens until these have expired: nobody is logged out.',
    returns: 'The key that signs from now on',
    schema: KEY,
    errors: ['conflict'],
  })
  async rotateKey(
    @Req() request: FastifyRequest,
    @Body({ schema: KEY_ROTATION }) { algorithm }: KeyRotation,
  ): Promise<KeyView> {
    const key = await this.keys.rotate(algorithm);
    about(request, key.kid);
    return keyView(this.keys, key);
  }
}
