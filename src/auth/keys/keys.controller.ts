import { Body, Controller, Get, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../common/errors.js';
import { ApiErrors } from '../../common/openapi.js';
import { Administers } from '../../logging/administration.js';
import { Auth } from '../gate/auth.decorator.js';
import { KeyRing } from './key-ring.js';
import { type KeyView, keyView, keyViews } from './key-view.js';
import { KEY_ANSWER, KEY_LIST_ANSWER, ROTATION_BODY } from './keys.openapi.js';
import { ALGORITHMS, type SigningAlgorithm } from './signing-key.js';

@ApiTags('Access')
@Controller('v1/keys')
export class KeysController {
  constructor(private readonly keys: KeyRing) {}

  @Get()
  @Auth('users:admin')
  @ApiOperation({
    summary: 'List the signing keys',
    description: 'Lists the active key first, without secrets.',
  })
  @ApiResponse(KEY_LIST_ANSWER)
  @ApiErrors('problem', 'not_authenticated', 'invalid_token', 'insufficient_scope')
  list(): { keys: KeyView[] } {
    return { keys: keyViews(this.keys) };
  }

  @Post('rotate')
  @HttpCode(200)
  @Auth('users:admin')
  @Administers('key.rotate')
  @ApiOperation({
    summary: 'Rotate the signing key',
    description: 'Older keys verify tokens until those have expired, so nobody is logged out.',
  })
  @ApiBody(ROTATION_BODY)
  @ApiResponse(KEY_ANSWER)
  @ApiErrors(
    'problem',
    'bad_request',
    'not_authenticated',
    'invalid_token',
    'insufficient_scope',
    'conflict',
    'validation_failed',
  )
  async rotate(@Req() request: FastifyRequest, @Body() body: unknown): Promise<KeyView> {
    const key = await this.keys.rotate(algorithmOf(body));
    request.administration!.target = key.kid;
    return keyView(this.keys, key);
  }
}

function algorithmOf(body: unknown): SigningAlgorithm | undefined {
  const { algorithm } = (body ?? {}) as { algorithm?: unknown };
  if (algorithm === undefined) return undefined;
  const known = ALGORITHMS.find((name) => name === algorithm);
  if (known) return known;
  const msg = `must be one of ${ALGORITHMS.join(', ')}`;
  throw new ApiError('validation_failed', `algorithm ${msg}`, {
    faults: [{ loc: ['body', 'algorithm'], msg, type: 'value_error' }],
  });
}
