import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiErrors } from '../../common/openapi.js';
import { Auth } from '../gate/auth.decorator.js';

/** The reference app's way to see whether a token works. */
@ApiTags('Access')
@Controller('v1')
export class TestController {
  @Get('test')
  @Auth()
  @ApiOperation({ summary: 'See whether a token works' })
  @ApiResponse({
    status: 200,
    description: 'It does',
    schema: { type: 'object', properties: { Hello: { type: 'string' } }, example: { Hello: 'World' } },
  })
  @ApiErrors('reference', 'not_authenticated', 'inactive_user')
  test(): { Hello: string } {
    return { Hello: 'World' };
  }
}
