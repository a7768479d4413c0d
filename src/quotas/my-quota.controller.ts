import { Controller, Get, Req } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Auth } from '../auth/gate/auth.decorator.js';
import { ApiErrors } from '../common/openapi.js';
import type { Principal } from '../common/principal.js';
import { MY_QUOTA_ANSWER } from './quotas.openapi.js';
import { Quotas } from './quotas.js';

@ApiTags('Quotas')
@Controller('v1/users/me/quota')
export class MyQuotaController {
  constructor(private readonly quotas: Quotas) {}

  @Get()
  @Auth()
  @ApiOperation({ summary: 'What is left of your own quota, in rows' })
  @ApiResponse(MY_QUOTA_ANSWER)
  @ApiErrors('problem', 'not_authenticated', 'invalid_token')
  async get(@Req() request: FastifyRequest): Promise<{ items: object[] }> {
    const states = await this.quotas.state(request.user as Principal);
    return {
      items: states.map(({ period, limit, left, endsAt }) => ({
        period,
        limit,
        remaining: left,
        resets_at: new Date(endsAt).toISOString(),
      })),
    };
  }
}
