import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Auth } from '../../../auth/gate/auth.decorator.js';
import { ApiErrors } from '../../../common/openapi.js';
import { Speaks } from '../protocol.js';
import { REFERENCE } from './reference.protocol.js';

/** The reference app's route to check a token. */
@ApiTags('Access')
@Controller('v1')
@Speaks(REFERENCE)
export class TestController {
  @Get('test')
  @Auth()
  @ApiOperation({ summary: 'Check that a token works' })
  @ApiResponse({
    status: 200,
    description: 'The token works',
    schema: { type: 'object', properties: { Hello: { type: 'string' } }, example: { Hello: 'World' } },
  })
  @ApiErrors(REFERENCE.errors, 'not_authenticated', 'inactive_user')
  test(): { Hello: string } {
    return { Hello: 'World' };
  }
}
