import { Controller, Get, Header } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Public } from '../../../auth/gate/auth.decorator.js';
import { Operation } from '../../../common/operation.js';
import { Speaks } from '../protocol.js';
import { V1 } from './v1.protocol.js';

/** The path at which KServe's V1 client checks that the server is alive. */
@ApiTags('Health')
@Controller()
@Speaks(V1)
export class LivenessController {
  @Get()
  @Public()
  @Header('content-type', 'application/json')
  @Operation({
    summary: 'Liveness probe (KServe V1)',
    returns: 'The server is alive',
    schema: z.object({ status: z.literal('alive') }).meta({ id: 'Liveness' }),
  })
  getAlive(): { status: string } {
    return { status: 'alive' };
  }
}
