import { scopesOf, words } from '../auth/gate/scopes.js';
import type { ServiceAccount } from '../auth/service-accounts/service-account.entity.js';
import type { WithSecret } from '../auth/service-accounts/service-accounts.service.js';

/** A service account as administrators see it. Times are ISO 8601, UTC. */
export interface ServiceAccountView {
  readonly client_id: string;
  readonly description: string;
  readonly disabled: boolean;
  /** Roles and scopes as they were granted. */
  readonly grants: readonly string[];
  /** What the grants amount to. */
  readonly scopes: readonly string[];
  readonly secret_created_at: string;
  /** Until when the secret before the last rotation is good; null when it is no more. */
  readonly previous_secret_expires_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** Shown once. */
export interface NewSecretView extends ServiceAccountView {
  readonly client_secret: string;
}

export interface ServiceAccountPageView {
  readonly service_accounts: readonly ServiceAccountView[];
  /** For the page after this one; null on the last. */
  readonly next_cursor: string | null;
}

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
