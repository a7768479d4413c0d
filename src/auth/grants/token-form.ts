import type { FastifyRequest } from 'fastify';
import { ApiError, type ErrorCode, type Fault } from '../../common/errors.js';
import { FORM_TYPE, mediaTypeOf, unsupportedMediaType } from '../../common/media-type.js';
import { unusableLogin } from '../../users/password-rules.js';

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
  /** The action of the grant's token requests in the audit trail. */
  readonly action: string;
}

const GRANTS: Readonly<Record<GrantType, GrantFields>> = {
  password: {
    required: ['username', 'password'],
    optional: ['scope', 'client_id'],
    action: 'login',
  },
  refresh_token: {
    required: ['refresh_token'],
    optional: ['scope', 'client_id'],
    action: 'token.refresh',
  },
  client_credentials: {
    required: [],
    optional: ['scope', 'client_id', 'client_secret'],
    action: 'token.issue',
  },
};

export const GRANT_TYPES = Object.keys(GRANTS) as readonly GrantType[];

/** Longest value of each field, in characters. */
const LIMITS: Readonly<Record<string, number>> = { scope: 4096, refresh_token: 256, client_secret: 256 };
const DEFAULT_LIMIT = 128;
/** Repeated parameters named in an error. */
const FAULTS_LIMIT = 8;

/** The grant that a form requests. If it names none, the password grant; undefined if the grant is unknown. */
export function grantTypeOf(form: unknown): GrantType | undefined {
  const { grant_type: given = 'password' } = (form ?? {}) as { grant_type?: unknown };
  if (given === '') return 'password';
  return typeof given === 'string' && Object.hasOwn(GRANTS, given) ? (given as GrantType) : undefined;
}

/**
 * True for a form that names its grant, as RFC 6749 requires: its errors are those of section 5.2. FastAPI's clients may
 * leave `grant_type` out, and then get the statuses of the reference app: 401 for a wrong password, 422 for a wrong field.
 */
export const namesGrant = ({ grant_type: given }: TokenForm): boolean => given !== undefined && given !== '';

/** The name of a token request in the audit trail. */
export const tokenAction = (request: FastifyRequest): string =>
  GRANTS[grantTypeOf(request.body) ?? 'password'].action;

/**
 * Checks a token request's form: RFC 6749 sections 4.3.2, 4.4.2 and 6.
 * @returns the grant it asks for
 * @throws ApiError naming each field that is missing, repeated or too long
 */
export function checkTokenForm(request: FastifyRequest): GrantType {
  demandForm(request);
  const form = request.body as Record<string, unknown>;
  refuseRepeated(form);
  const grantType = grantTypeOf(form);
  if (!grantType)
    throw formError('unsupported_grant_type', [
      {
        loc: ['body', 'grant_type'],
        msg: `must be ${GRANT_TYPES.join(' or ')}`,
        type: 'value_error',
      },
    ]);
  const { required, optional } = GRANTS[grantType];
  const given = optional.filter((field) => form[field] !== undefined && form[field] !== '');
  const faults = [...required, ...given].flatMap((field) => faultOf(field, form[field]));
  if (faults.length > 0) throw formError(namesGrant(form) ? 'bad_request' : 'validation_failed', faults);
  return grantType;
}

/** RFC 6749 section 3.2: no parameter more than once, known or not. @throws ApiError naming each that is repeated */
export function refuseRepeated(form: Readonly<Record<string, unknown>>): void {
  const repeated = Object.keys(form).filter((field) => typeof form[field] !== 'string');
  const faults = repeated
    .slice(0, FAULTS_LIMIT)
    .map((field) => ({ loc: ['body', field.slice(0, 64)], msg: 'must be given once', type: 'value_error' }));
  if (faults.length > 0) throw formError('bad_request', faults);
}

/** @throws ApiError `unsupported_media_type` for a body that is not a form */
export function demandForm({ headers }: FastifyRequest): void {
  if (mediaTypeOf(headers) !== FORM_TYPE) throw unsupportedMediaType(headers, FORM_TYPE);
}

/** A form's error that lists each fault. */
export const formError = (code: ErrorCode, faults: readonly Fault[]): ApiError =>
  new ApiError(code, faults.map(({ loc, msg }) => `${loc[1]} ${msg}`).join('; '), { faults });

/** What is wrong with a field that must be given, of a form that {@link refuseRepeated} has passed. */
export function faultOf(field: string, value: unknown, limit = LIMITS[field] ?? DEFAULT_LIMIT): Fault[] {
  if (value === undefined || value === '')
    return [{ loc: ['body', field], msg: 'field required', type: 'value_error.missing' }];
  const text = value as string;
  const fault = field === 'password' ? unusableLogin(text) : tooLong(text, limit);
  return fault ? [{ loc: ['body', field], msg: fault, type: 'value_error' }] : [];
}

const tooLong = (value: string, limit: number): string | undefined =>
  value.length > limit ? `must have at most ${limit} characters` : undefined;
