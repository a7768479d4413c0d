import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Req,
} from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Auth } from '../auth/gate/auth.decorator.js';
import { serviceName } from '../auth/service-accounts/service-name.js';
import { ApiErrors } from '../common/openapi.js';
import { validated } from '../common/validated.js';
import { about, Administers } from '../logging/administration.js';
import { ApiDone, ApiJsonBody, ApiQueryOf } from './accounts.openapi.js';
import { ServiceAccountAdministration } from './service-account-administration.js';
import type { NewSecretView, ServiceAccountPageView, ServiceAccountView } from './service-account-view.js';
import { ApiNewSecret, ApiServiceAccount, ApiServiceAccounts } from './service-accounts.openapi.js';
import {
  NEW_SERVICE_ACCOUNT,
  ROTATION,
  SERVICE_ACCOUNT_CHANGE,
  SERVICE_ACCOUNT_QUERY,
} from './service-accounts.schema.js';

const REFUSALS = ['not_authenticated', 'invalid_token', 'insufficient_scope'] as const;

@ApiTags('Service accounts')
@Controller('v1/service-accounts')
export class ServiceAccountsController {
  constructor(private readonly accounts: ServiceAccountAdministration) {}

  @Post()
  @Header('Cache-Control', 'no-store')
  @Auth('users:admin')
  @Administers('service-account.create')
  @ApiOperation({
    summary: 'Create a service account',
    description: 'The response contains the secret, which is shown only once.',
  })
  @ApiJsonBody(NEW_SERVICE_ACCOUNT)
  @ApiNewSecret(201)
  @ApiErrors('problem', ...REFUSALS, 'conflict', 'validation_failed')
  create(@Req() request: FastifyRequest, @Body() body: unknown): Promise<NewSecretView> {
    const account = validated(NEW_SERVICE_ACCOUNT, body);
    about(request, serviceName(account.client_id));
    return this.accounts.create(account);
  }

  @Get()
  @Auth('users:admin')
  @ApiOperation({ summary: 'List service accounts' })
  @ApiQueryOf(SERVICE_ACCOUNT_QUERY)
  @ApiServiceAccounts()
  @ApiErrors('problem', ...REFUSALS, 'validation_failed')
  list(@Query() query: unknown): Promise<ServiceAccountPageView> {
    return this.accounts.page(validated(SERVICE_ACCOUNT_QUERY, query, 'query'));
  }

  @Get(':client_id')
  @Auth('users:admin')
  @ApiOperation({ summary: 'Get a service account' })
  @ApiServiceAccount()
  @ApiErrors('problem', ...REFUSALS, 'not_found')
  get(@Param('client_id') clientId: string): Promise<ServiceAccountView> {
    return this.accounts.get(clientId);
  }

  @Patch(':client_id')
  @Auth('users:admin')
  @Administers('service-account.update')
  @ApiOperation({ summary: 'Change the description and grants of a service account' })
  @ApiJsonBody(SERVICE_ACCOUNT_CHANGE)
  @ApiServiceAccount()
  @ApiErrors('problem', ...REFUSALS, 'not_found', 'validation_failed')
  update(
    @Req() request: FastifyRequest,
    @Param('client_id') clientId: string,
    @Body() body: unknown,
  ): Promise<ServiceAccountView> {
    about(request, serviceName(clientId));
    return this.accounts.change(clientId, validated(SERVICE_ACCOUNT_CHANGE, body));
  }

  @Post(':client_id/rotate')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @Auth('users:admin')
  @Administers('service-account.rotate')
  @ApiOperation({
    summary: 'Rotate the secret of a service account',
    description:
      'The old secret remains valid for `overlap_seconds`. A secret that was replaced earlier is revoked at once.',
  })
  @ApiJsonBody(ROTATION)
  @ApiNewSecret(200)
  @ApiErrors('problem', ...REFUSALS, 'not_found', 'validation_failed')
  rotate(
    @Req() request: FastifyRequest,
    @Param('client_id') clientId: string,
    @Body() body: unknown,
  ): Promise<NewSecretView> {
    about(request, serviceName(clientId));
    return this.accounts.rotate(clientId, validated(ROTATION, body));
  }

  @Post(':client_id/disable')
  @HttpCode(200)
  @Auth('users:admin')
  @Administers('service-account.disable')
  @ApiOperation({ summary: 'Disable a service account' })
  @ApiServiceAccount()
  @ApiErrors('problem', ...REFUSALS, 'not_found')
  disable(@Req() request: FastifyRequest, @Param('client_id') clientId: string): Promise<ServiceAccountView> {
    about(request, serviceName(clientId));
    return this.accounts.setDisabled(clientId, true);
  }

  @Post(':client_id/enable')
  @HttpCode(200)
  @Auth('users:admin')
  @Administers('service-account.enable')
  @ApiOperation({
    summary: 'Enable a disabled service account',
    description: 'The account must request a new token.',
  })
  @ApiServiceAccount()
  @ApiErrors('problem', ...REFUSALS, 'not_found')
  enable(@Req() request: FastifyRequest, @Param('client_id') clientId: string): Promise<ServiceAccountView> {
    about(request, serviceName(clientId));
    return this.accounts.setDisabled(clientId, false);
  }

  @Delete(':client_id')
  @HttpCode(204)
  @Auth('users:admin')
  @Administers('service-account.delete')
  @ApiOperation({ summary: 'Delete a service account', description: 'Its audit records remain.' })
  @ApiDone('Deleted')
  @ApiErrors('problem', ...REFUSALS, 'not_found')
  remove(@Req() request: FastifyRequest, @Param('client_id') clientId: string): Promise<void> {
    about(request, serviceName(clientId));
    return this.accounts.remove(clientId);
  }
}
