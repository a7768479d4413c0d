import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Actor } from '../auth/gate/actor.decorator.js';
import { Auth } from '../auth/gate/auth.decorator.js';
import { Operation } from '../common/operation.js';
import type { Caller } from '../common/actor.js';
import { Quotas } from './quotas.js';
import { REMAINING_QUOTAS, remainingQuotas, type RemainingQuotas } from './quotas.schema.js';

@ApiTags('Quotas')
@Controller('v1/users/me/quota')
export class MyQuotaController {
  constructor(private readonly quotas: Quotas) {}

  @Get()
  @Auth()
  @Operation({
    summary: 'Show what is left of your own quota',
    returns: 'Rows left; no item if nothing limits the caller',
    schema: REMAINING_QUOTAS,
  })
  async getMyQuota(@Actor() actor: Caller): Promise<RemainingQuotas> {
    return remainingQuotas(await this.quotas.state(actor));
  }
}
