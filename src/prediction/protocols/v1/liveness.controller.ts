import { Controller, Get, Header } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '../../../auth/gate/auth.decorator.js';
import { Speaks } from '../protocol.js';
import { V1 } from './v1.protocol.js';

/** Where KServe's V1 client asks whether the server is alive. */
@ApiTags('Health')
@Controller()
@Speaks(V1)
export class LivenessController {
  @Get()
  @Public()
  @Header('content-type', 'application/json')
  @ApiOperation({ summary: 'Whether the server answers (KServe V1)' })
  @ApiResponse({
    status: 200,
    description: 'It does',
    schema: { type: 'object', example: { status: 'alive' } },
  })
  live(): { status: string } {
    return { status: 'alive' };
  }
}
