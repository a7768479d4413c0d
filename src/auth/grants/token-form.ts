import type { FastifyRequest } from 'fastify';
import { ApiError, type ErrorCode, type Fault } from '../../common/errors.js';
import { unusablePassword } from '../../users/password-rules.js';

const FORM_TYPE = 'application/x-www-form-urlencoded';

export type GrantType = 'password' | 'refresh_token' | 'client_credentials';

/** The form of a token request, once {@link checkTokenForm} has passed it; which fields are there depends on the grant. */
export type TokenForm = Readonly<
  Partial<
    Record<
      'grant_type' | 'username' | 'password' | 'refresh_token' | 'scope' | 'client_id' | 'client_secret',
      string
    >
  >
>;

interface GrantFields {
  readonly required: readonly (keyof TokenForm)[];
  readonly optional: readonly (keyof TokenForm)[];
  /** The error of a field that is missing or wrong; the reference app's clients know 422 for the first grant. */
  readonly fault: ErrorCode;
  /** What a token request of the grant is called in the audit trail. */
  readonly action: string;
}

const GRANTS: Readonly<Record<GrantType, GrantFields>> = {
  password: {
    required: ['username', 'password'],
    optional: ['scope', 'client_id'],
    fault: 'validation_failed',
    action: 'login',
  },
  refresh_token: {
    required: ['refresh_token'],
    optional: ['scope', 'client_id'],
    fault: 'bad_request',
    action: 'token.refresh',
  },
  client_credentials: {
    required: [],
    optional: ['scope', 'client_id', 'client_secret'],
    fault: 'bad_request',
    action: 'token.issue',
  },
};

/** Characters a field may have. */
const LIMITS: Readonly<Record<string, number>> = { scope: 4096, refresh_token: 256, client_secret: 256 };
const DEFAULT_LIMIT = 128;

/** The grant that a form asks for: the password grant unless it names one; undefined for one that is not known. */
export function grantTypeOf(form: unknown): GrantType | undefined {
  const { grant_type: given = 'password' } = (form ?? {}) as { grant_type?: unknown };
  if (given === '') return 'password';
  return typeof given === 'string' && Object.hasOwn(GRANTS, given) ? (given as GrantType) : undefined;
}

/** The name of a token request in the audit trail. */
export const tokenAction = (request: FastifyRequest): string =>
  GRANTS[grantTypeOf(request.body) ?? 'password'].action;

/**
 * Checks a token request's form: RFC 6749 sections 4.3.2, 4.4.2 and 6.
 * @returns the grant it asks for
 * @throws ApiError naming each field that is missing, given twice or too long
 */
export function checkTokenForm(request: FastifyRequest): GrantType {
  demandForm(request, 'the fields username and password');
  const form = request.body as Record<string, unknown>;
  const grantType = grantTypeOf(form);
  if (!grantType)
    throw formError('unsupported_grant_type', [
      {
        loc: ['body', 'grant_type'],
        msg: `must be ${Object.keys(GRANTS).join(' or ')}`,
        type: 'value_error',
      },
    ]);
  const { required, optional, fault } = GRANTS[grantType];
  const given = optional.filter((field) => form[field] !== undefined && form[field] !== '');
  const faults = [...required, ...given].flatMap((field) => faultOf(field, form[field]));
  if (faults.length > 0) throw formError(fault, faults);
  return grantType;
}

/** @throws ApiError `unsupported_media_type` for a body that is no form */
export function demandForm(request: FastifyRequest, content: string): void {
  const type = request.headers['content-type']?.split(';', 1)[0].trim().toLowerCase();
  if (type !== FORM_TYPE)
    throw new ApiError('unsupported_media_type', `send the form as ${FORM_TYPE} with ${content}`);
}

/** An error of a form whose faults are told one by one. */
export const formError = (code: ErrorCode, faults: readonly Fault[]): ApiError =>
  new ApiError(code, faults.map(({ loc, msg }) => `${loc[1]} ${msg}`).join('; '), { faults });

/** What is wrong with a field that must be given, once. */
export function faultOf(field: string, value: unknown, limit = LIMITS[field] ?? DEFAULT_LIMIT): Fault[] {
  if (value === undefined || value === '')
    return [{ loc: ['body', field], msg: 'field required', type: 'value_error.missing' }];
  if (typeof value !== 'string')
    return [{ loc: ['body', field], msg: 'must be given once', type: 'value_error' }];
  const fault = field === 'password' ? unusablePassword(value) : tooLong(value, limit);
  return fault ? [{ loc: ['body', field], msg: fault, type: 'value_error' }] : [];
}

const tooLong = (value: string, limit: number): string | undefined =>
  value.length > limit ? `must have at most ${limit} characters` : undefined;
