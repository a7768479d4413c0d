import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { ServiceAccountsService } from '../auth/service-accounts/service-accounts.service.js';
import { checkedGrants } from './grants.js';
import { keyOf, pageOf } from './page.js';
import {
  type NewSecretView,
  newSecretView,
  type ServiceAccountPageView,
  type ServiceAccountView,
  serviceAccountView,
} from './service-account-view.js';
import type {
  NEW_SERVICE_ACCOUNT,
  ROTATION,
  SERVICE_ACCOUNT_CHANGE,
  SERVICE_ACCOUNT_QUERY,
} from './service-accounts.schema.js';

/**
 * What administrators do to service accounts, by HTTP or the command line. Whoever has `users:admin` may grant any scope,
 * as they may to a user: it is the right to give rights. All methods that name an account throw ApiError `not_found`.
 */
@Injectable()
export class ServiceAccountAdministration {
  constructor(private readonly accounts: ServiceAccountsService) {}

  /** @throws ApiError `validation_failed` or `conflict` */
  async create(account: z.output<typeof NEW_SERVICE_ACCOUNT>): Promise<NewSecretView> {
    const { client_id: clientId, description = '' } = account;
    const grants = checkedGrants(account.grants);
    return newSecretView(await this.accounts.create({ clientId, description, grants }));
  }

  async page({ limit, cursor }: z.output<typeof SERVICE_ACCOUNT_QUERY>): Promise<ServiceAccountPageView> {
    const found = await this.accounts.page(limit + 1, keyOf(cursor));
    const { items, nextCursor } = pageOf(found, limit, ({ clientId }) => clientId);
    return { service_accounts: items.map(serviceAccountView), next_cursor: nextCursor };
  }

  async get(clientId: string): Promise<ServiceAccountView> {
    return serviceAccountView(await this.accounts.get(clientId));
  }

  /** @throws ApiError `validation_failed` */
  async change(
    clientId: string,
    { description, grants }: z.output<typeof SERVICE_ACCOUNT_CHANGE>,
  ): Promise<ServiceAccountView> {
    const change = { description, grants: grants === undefined ? undefined : checkedGrants(grants) };
    return serviceAccountView(await this.accounts.change(clientId, change));
  }

  async rotate(clientId: string, rotation: z.output<typeof ROTATION>): Promise<NewSecretView> {
    return newSecretView(await this.accounts.rotate(clientId, rotation.overlap_seconds));
  }

  async setDisabled(clientId: string, disabled: boolean): Promise<ServiceAccountView> {
    return serviceAccountView(await this.accounts.setDisabled(clientId, disabled));
  }

  remove(clientId: string): Promise<void> {
    return this.accounts.remove(clientId);
  }
}
