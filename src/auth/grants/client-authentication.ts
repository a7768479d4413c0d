import { Injectable } from '@nestjs/common';
import { ApiError } from '../../common/errors.js';
import type { ServiceAccount } from '../service-accounts/service-account.entity.js';
import { ServiceAccountsService } from '../service-accounts/service-accounts.service.js';
import { claimedClientId, clientCredentials } from './client-credentials.js';
import type { TokenForm } from './token-form.js';

const CLIENT_ID_LIMIT = 128;

/** What a client proves itself with: the Authorization header and the form. */
export interface ClientProof {
  readonly authorization?: string;
  readonly form: TokenForm;
}

/**
 * Clients of the OAuth2 endpoints. Service accounts are the confidential clients and must authenticate (RFC 6749 section
 * 3.2.1). Any other `client_id` is a public client: its name is kept, its secret is ignored.
 */
@Injectable()
export class ClientAuthentication {
  constructor(private readonly accounts: ServiceAccountsService) {}

  /** The service account that sends the request. @throws ApiError `invalid_client`, `bad_request` */
  confidential({ authorization, form }: ClientProof): Promise<ServiceAccount> {
    const { clientId, clientSecret } = clientCredentials(authorization, form);
    return this.accounts.authenticate(clientId, clientSecret);
  }

  /**
   * The client's `client_id`; undefined if the request has none.
   * @throws ApiError `invalid_client` for a service account without its secret
   */
  async any(proof: ClientProof): Promise<string | undefined> {
    const claimed = claimedClientId(proof.authorization, proof.form) ?? (proof.form.client_id || undefined);
    if (claimed !== undefined && claimed.length > CLIENT_ID_LIMIT)
      throw new ApiError('invalid_client', `client_id must have at most ${CLIENT_ID_LIMIT} characters`);
    return claimed !== undefined && (await this.isConfidential(claimed))
      ? (await this.confidential(proof)).clientId
      : claimed;
  }

  isConfidential(clientId: string): Promise<boolean> {
    return this.accounts.exists(clientId);
  }
}
