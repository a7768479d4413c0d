import { scopesOf, words } from '../auth/gate/scopes.js';
import type { ServiceAccount } from '../auth/service-accounts/service-account.entity.js';
import type { WithSecret } from '../auth/service-accounts/service-accounts.service.js';
import type { NewSecretView, ServiceAccountView } from './service-accounts.schema.js';

/** A service account as administrators see it. */
export const serviceAccountView = (account: ServiceAccount): ServiceAccountView => ({
  client_id: account.clientId,
  description: account.description,
  disabled: account.disabled,
  grants: words(account.grants),
  scopes: scopesOf(account.grants),
  secret_created_at: account.secretCreatedAt,
  previous_secret_expires_at: inFuture(account.previousExpiresAt),
  created_at: account.createdAt,
  updated_at: account.updatedAt,
});

export const newSecretView = ({ account, clientSecret }: WithSecret): NewSecretView => ({
  ...serviceAccountView(account),
  client_secret: clientSecret,
});

const inFuture = (time: string | null): string | null =>
  time !== null && time > new Date().toISOString() ? time : null;
