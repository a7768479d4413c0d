import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { ApiError, type ErrorCode, type Fault } from '../common/errors.js';
import { unusablePassword } from '../users/password-rules.js';

const FORM_TYPE = 'application/x-www-form-urlencoded';

/** Checks a token request's form (RFC 6749 section 4.3.2), then its name and password through passport-local. */
@Injectable()
export class LoginGuard extends AuthGuard('local') {
  override canActivate(context: ExecutionContext): Promise<boolean> {
    checkForm(context.switchToHttp().getRequest<FastifyRequest>());
    return super.canActivate(context) as Promise<boolean>;
  }

  override handleRequest<T>(error: unknown, user: T | false): T {
    if (error) throw error as Error;
    if (!user) throw new ApiError('invalid_credentials');
    return user;
  }
}

function checkForm(request: FastifyRequest): void {
  const type = request.headers['content-type']?.split(';', 1)[0].trim().toLowerCase();
  if (type !== FORM_TYPE)
    throw new ApiError(
      'unsupported_media_type',
      `send the form as ${FORM_TYPE} with the fields username and password`,
    );
  const form = request.body as Record<string, unknown>;
  const optional = ['scope', 'client_id'].filter((field) => form[field] !== undefined && form[field] !== '');
  const faults = ['username', 'password', ...optional].flatMap((field) => faultOf(field, form[field]));
  if (form.grant_type !== undefined && form.grant_type !== '' && form.grant_type !== 'password')
    throw formError('unsupported_grant_type', [
      { loc: ['body', 'grant_type'], msg: 'must be password', type: 'value_error' },
    ]);
  if (faults.length > 0) throw formError('validation_failed', faults);
}

const formError = (code: ErrorCode, faults: readonly Fault[]): ApiError =>
  new ApiError(code, faults.map(({ loc, msg }) => `${loc[1]} ${msg}`).join('; '), { faults });

function faultOf(field: string, value: unknown): Fault[] {
  if (value === undefined || value === '')
    return [{ loc: ['body', field], msg: 'field required', type: 'value_error.missing' }];
  if (typeof value !== 'string')
    return [{ loc: ['body', field], msg: 'must be given once', type: 'value_error' }];
  const fault =
    field === 'password' ? unusablePassword(value) : tooLong(value, field === 'scope' ? 4096 : 128);
  return fault ? [{ loc: ['body', field], msg: fault, type: 'value_error' }] : [];
}

const tooLong = (value: string, limit: number): string | undefined =>
  value.length > limit ? `must have ${limit} characters or less` : undefined;
