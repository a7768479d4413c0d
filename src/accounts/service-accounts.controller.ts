import { Body, Controller, Delete, Get, Header, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Auth } from '../auth/gate/auth.decorator.js';
import { Operation } from '../common/operation.js';
import type { Page } from '../common/page.js';
import { setLocation } from '../common/public-address.js';
import { about, Administers } from '../logging/administration.js';
import { ServiceAccountAdministration } from './service-account-administration.js';
import {
  NEW_SECRET,
  NEW_SERVICE_ACCOUNT,
  type NewSecretView,
  type NewServiceAccountBody,
  ROTATION,
  type RotationBody,
  SERVICE_ACCOUNT,
  SERVICE_ACCOUNT_CHANGE,
  SERVICE_ACCOUNT_PAGE,
  SERVICE_ACCOUNT_PATH,
  SERVICE_ACCOUNT_QUERY,
  type ServiceAccountChangeBody,
  type ServiceAccountPath,
  type ServiceAccountQuery,
  type ServiceAccountView,
} from './service-accounts.schema.js';

const target = 'client_id';

@ApiTags('Service accounts')
@Controller('v1/service-accounts')
export class ServiceAccountsController {
  constructor(private readonly accounts: ServiceAccountAdministration) {}

  @Post()
  @Header('Cache-Control', 'no-store')
  @Auth('users:admin')
  @Administers('service-account.create')
  @Operation({
    summary: 'Create a service account',
    status: 201,
    returns: 'The service account with its secret, which is shown this once',
    schema: NEW_SECRET,
    headers: { Location: "The account's own path" },
    errors: ['conflict'],
  })
  async createServiceAccount(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body({ schema: NEW_SERVICE_ACCOUNT }) body: NewServiceAccountBody,
  ): Promise<NewSecretView> {
    about(request, body.client_id);
    const created = await this.accounts.create(body);
    setLocation(request, reply, 'v1', 'service-accounts', body.client_id);
    return created;
  }

  @Get()
  @Auth('users:admin')
  @Operation({
    summary: 'List service accounts',
    returns: 'A page of service accounts, by client id',
    schema: SERVICE_ACCOUNT_PAGE,
  })
  listServiceAccounts(
    @Query({ schema: SERVICE_ACCOUNT_QUERY }) query: ServiceAccountQuery,
  ): Promise<Page<ServiceAccountView>> {
    return this.accounts.page(query);
  }

  @Get(':client_id')
  @Auth('users:admin')
  @Operation({
    summary: 'Get a service account',
    returns: 'The service account',
    schema: SERVICE_ACCOUNT,
    errors: ['not_found'],
  })
  getServiceAccount(
    @Param({ schema: SERVICE_ACCOUNT_PATH }) { client_id: clientId }: ServiceAccountPath,
  ): Promise<ServiceAccountView> {
    return this.accounts.get(clientId);
  }

  @Patch(':client_id')
  @Auth('users:admin')
  @Administers('service-account.update', target)
  @Operation({
    summary: "Change a service account's description or grants",
    returns: 'The service account',
    schema: SERVICE_ACCOUNT,
    errors: ['not_found'],
  })
  updateServiceAccount(
    @Param({ schema: SERVICE_ACCOUNT_PATH }) { client_id: clientId }: ServiceAccountPath,
    @Body({ schema: SERVICE_ACCOUNT_CHANGE }) body: ServiceAccountChangeBody,
  ): Promise<ServiceAccountView> {
    return this.accounts.change(clientId, body);
  }

  @Post(':client_id/rotate')
  @Header('Cache-Control', 'no-store')
  @Auth('users:admin')
  @Administers('service-account.rotate', target)
  @Operation({
    summary: "Rotate a service account's secret",
    description: 'The old secret stays valid for a while; the one before that expires at once.',
    returns: 'The service account with its new secret, which is shown this once',
    schema: NEW_SECRET,
    errors: ['not_found'],
  })
  rotateServiceAccountSecret(
    @Param({ schema: SERVICE_ACCOUNT_PATH }) { client_id: clientId }: ServiceAccountPath,
    @Body({ schema: ROTATION }) body: RotationBody,
  ): Promise<NewSecretView> {
    return this.accounts.rotate(clientId, body);
  }

  @Post(':client_id/disable')
  @Auth('users:admin')
  @Administers('service-account.disable', target)
  @Operation({
    summary: 'Disable a service account',
    description: 'Its next request is rejected.',
    returns: 'The service account',
    schema: SERVICE_ACCOUNT,
    errors: ['not_found'],
  })
  disableServiceAccount(
    @Param({ schema: SERVICE_ACCOUNT_PATH }) { client_id: clientId }: ServiceAccountPath,
  ): Promise<ServiceAccountView> {
    return this.accounts.setDisabled(clientId, true);
  }

  @Post(':client_id/enable')
  @Auth('users:admin')
  @Administers('service-account.enable', target)
  @Operation({
    summary: 'Enable a disabled service account',
    description: 'The account must request a new token.',
    returns: 'The service account',
    schema: SERVICE_ACCOUNT,
    errors: ['not_found'],
  })
  enableServiceAccount(
    @Param({ schema: SERVICE_ACCOUNT_PATH }) { client_id: clientId }: ServiceAccountPath,
  ): Promise<ServiceAccountView> {
    return this.accounts.setDisabled(clientId, false);
  }

  @Delete(':client_id')
  @Auth('users:admin')
  @Administers('service-account.delete', target)
  @Operation({
    summary: 'Delete a service account',
    description: 'Its audit records stay.',
    status: 204,
    returns: 'Deleted',
    errors: ['not_found'],
  })
  deleteServiceAccount(
    @Param({ schema: SERVICE_ACCOUNT_PATH }) { client_id: clientId }: ServiceAccountPath,
  ): Promise<void> {
    return this.accounts.remove(clientId);
  }
}
