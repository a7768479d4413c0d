import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Auth } from '../../../auth/gate/auth.decorator.js';
import { Operation } from '../../../common/operation.js';
import { Speaks } from '../protocol.js';
import { REFERENCE } from './reference.protocol.js';

/** The reference app's route to check a token. */
@ApiTags('Access')
@Controller('v1')
@Speaks(REFERENCE)
export class TestController {
  @Get('test')
  @Auth()
  @Operation({
    summary: 'Check that a token works',
    returns: 'The token works',
    schema: z.object({ Hello: z.literal('World') }).meta({ id: 'Hello' }),
    format: REFERENCE.errors,
    errors: ['inactive_user'],
  })
  testToken(): { Hello: string } {
    return { Hello: 'World' };
  }
}
