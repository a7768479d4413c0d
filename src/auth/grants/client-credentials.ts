import { ApiError } from '../../common/errors.js';
import type { TokenForm } from './token-form.js';

export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

const LIMIT = 1024;

/**
 * How a client authenticates at the token endpoint: HTTP Basic or two fields of the form, never both (RFC 6749
 * section 2.3.1).
 * @throws ApiError `invalid_client` when there are none or they cannot be read, `bad_request` when there are two
 */
export function clientCredentials(authorization: string | undefined, form: TokenForm): ClientCredentials {
  const { client_id: clientId, client_secret: clientSecret } = form;
  const basic = authorization === undefined ? undefined : basicCredentials(authorization);
  if (!basic) {
    if (!clientId || !clientSecret)
      throw new ApiError(
        'invalid_client',
        'client_id and client_secret are required, with HTTP Basic or in the form',
      );
    return { clientId, clientSecret };
  }
  if (clientSecret || (clientId && clientId !== basic.clientId))
    throw new ApiError(
      'bad_request',
      'send the client credentials only once: with HTTP Basic or in the form',
    );
  return basic;
}

/** The client_id that a token request claims, for counting and recording before it is known to be right. */
export function claimedClientId(authorization: string | undefined, form: TokenForm): string | undefined {
  try {
    return clientCredentials(authorization, form).clientId;
  } catch {
    return undefined;
  }
}

/** Both parts are form-urlencoded before they are joined and encoded once more in base64. */
function basicCredentials(authorization: string): ClientCredentials | undefined {
  const [, encoded] = /^basic +(\S+)$/i.exec(authorization.slice(0, LIMIT)) ?? [];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, 'base64').toString();
  const colon = decoded.indexOf(':');
  if (colon < 1) throw new ApiError('invalid_client', 'cannot read the Basic credentials');
  return {
    clientId: formDecoded(decoded.slice(0, colon)),
    clientSecret: formDecoded(decoded.slice(colon + 1)),
  };
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw new ApiError('invalid_client', 'cannot read the Basic credentials', { cause });
  }
}
