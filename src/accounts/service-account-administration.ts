import { Injectable } from '@nestjs/common';
import { ServiceAccountsService } from '../auth/service-accounts/service-accounts.service.js';
import { mapPage, type Page, pageOf, type PageRequest } from '../common/page.js';
import { checkedGrants } from './grants.js';
import { newSecretView, serviceAccountView } from './service-account-view.js';
import type {
  NewSecretView,
  NewServiceAccountBody,
  RotationBody,
  ServiceAccountChangeBody,
  ServiceAccountView,
} from './service-accounts.schema.js';

/**
 * What administrators do to service accounts, by HTTP or the command line. An administrator with `users:admin` may
 * grant any scope, to accounts as to users. All methods that name an account throw ApiError `not_found`.
 */
@Injectable()
export class ServiceAccountAdministration {
  constructor(private readonly accounts: ServiceAccountsService) {}

  /** @throws ApiError `validation_failed` or `conflict` */
  async create(account: NewServiceAccountBody): Promise<NewSecretView> {
    const { client_id: clientId, description = '' } = account;
    const grants = checkedGrants(account.grants);
    return newSecretView(await this.accounts.create({ clientId, description, grants }));
  }

  async page({ limit, cursor }: PageRequest): Promise<Page<ServiceAccountView>> {
    const found = await this.accounts.page(limit + 1, cursor?.[0]);
    return mapPage(
      pageOf(found, limit, ({ clientId }) => [clientId]),
      serviceAccountView,
    );
  }

  async list(): Promise<ServiceAccountView[]> {
    return (await this.accounts.list()).map(serviceAccountView);
  }

  async get(clientId: string): Promise<ServiceAccountView> {
    return serviceAccountView(await this.accounts.get(clientId));
  }

  /** @throws ApiError `validation_failed` */
  async change(
    clientId: string,
    { description, grants }: ServiceAccountChangeBody,
  ): Promise<ServiceAccountView> {
    const change = { description, grants: grants === undefined ? undefined : checkedGrants(grants) };
    return serviceAccountView(await this.accounts.change(clientId, change));
  }

  async rotate(clientId: string, rotation: RotationBody): Promise<NewSecretView> {
    return newSecretView(await this.accounts.rotate(clientId, rotation.overlap_seconds));
  }

  async setDisabled(clientId: string, disabled: boolean): Promise<ServiceAccountView> {
    return serviceAccountView(await this.accounts.setDisabled(clientId, disabled));
  }

  remove(clientId: string): Promise<void> {
    return this.accounts.remove(clientId);
  }
}
