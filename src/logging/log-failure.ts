import type { Logger } from 'pino';
import { addressBlock } from '../common/address.js';
import type { ApiError } from '../common/errors.js';
import { type RecordedCall, routeOf } from './request-record.js';
import { Sampler } from './sampler.js';

/** Statuses of callers who were refused, which an operator or fail2ban may act on. */
const REFUSED = [401, 403, 429];
/** Lines of refusals: of one address, and of all together. */
const refusals = new Sampler({ burst: 60, perSecond: 1 }, { burst: 1000, perSecond: 50 });

/**
 * Writes a line for an operator: an error with its stack for an internal fault, a warning for a known state of the server
 * (a model that is not loaded) and for a refused caller. Lines of refusals are limited per address; the next line then has
 * `not_logged`, the number of those left out.
 */
export function logFailure(logger: Logger, call: RecordedCall, error: ApiError): void {
  const { status, code, detail } = error;
  if (code === 'internal') {
    logger.error({ ...fieldsOf(call, error), err: error.cause ?? error }, detail);
  } else if (status >= 500)
    logger.warn({ ...fieldsOf(call, error), cause: (error.cause as Error | undefined)?.message }, detail);
  else if (REFUSED.includes(status)) {
    const left = refusals.pass(addressBlock(call.address));
    if (left !== undefined)
      logger.warn({ ...fieldsOf(call, error), ...(left > 0 && { not_logged: left }) }, detail);
  } else if (code === 'client_closed_request') logger.info(fieldsOf(call, error), detail);
}

function fieldsOf(call: RecordedCall, { status, code }: ApiError): object {
  return {
    request_id: call.id,
    status,
    code,
    method: call.method,
    route: routeOf(call),
    address: call.address,
    actor_kind: call.user?.kind,
    username: call.user?.name ?? call.administration?.claimedName,
  };
}
