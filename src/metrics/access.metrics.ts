import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type {} from '../auth/gate/auth.decorator.js';
import { Registry } from 'prom-client';
import type { ErrorCode } from '../common/errors.js';
import { CounterFamily } from './tally.js';

/** The supported grant types. Others are counted as `other`. */
const GRANTS = new Set(['password', 'refresh_token', 'client_credentials']);

/** Error codes of failed logins, in addition to invalid forms. */
const LOGIN_FAULTS = new Set<ErrorCode>(['invalid_credentials', 'inactive_user']);

/** Counts tokens, failed logins and requests above a limit. */
@Injectable()
export class AccessMetrics {
  private readonly issued: CounterFamily<'grant'>;
  private readonly refused: CounterFamily<'grant' | 'reason'>;
  private readonly loginFailures: CounterFamily;
  private readonly limited: CounterFamily<'kind'>;

  constructor(registry: Registry) {
    this.issued = new CounterFamily(registry, {
      name: 'modelgate_tokens_issued_total',
      help: 'Access tokens issued, by grant',
      labelNames: ['grant'],
    });
    this.refused = new CounterFamily(registry, {
      name: 'modelgate_tokens_refused_total',
      help: 'Token requests rejected, by grant and error code',
      labelNames: ['grant', 'reason'],
    });
    this.loginFailures = new CounterFamily(registry, {
      name: 'modelgate_login_failures_total',
      help: 'Logins with a wrong user name or password, or of a disabled user',
      labelNames: [],
    });
    this.limited = new CounterFamily(registry, {
      name: 'modelgate_rate_limited_total',
      help: 'Requests rejected by a rate limit, by kind (login or call)',
      labelNames: ['kind'],
    });
  }

  /** Counts what an HTTP response says about access. */
  observe(request: Pick<FastifyRequest, 'routeOptions' | 'body'>, error: ErrorCode | undefined): void {
    const isLogin = request.routeOptions.config.limit === 'login';
    if (error === 'rate_limited') this.countLimited(isLogin ? 'login' : 'call');
    if (isLogin) this.countLogin(grantOf(request.body), error);
  }

  countLimited(kind: 'login' | 'call'): void {
    this.limited.of(kind).value += 1;
  }

  private countLogin(grant: string, error: ErrorCode | undefined): void {
    if (error === undefined) this.issued.of(grant).value += 1;
    else this.refused.of(grant, error).value += 1;
    if (error && grant === 'password' && LOGIN_FAULTS.has(error)) this.loginFailures.of().value += 1;
  }
}

/** The grant of a token request. A form without one asks for the password grant. */
function grantOf(body: unknown): string {
  const { grant_type: grant = '' } = (body ?? {}) as { grant_type?: unknown };
  if (grant === '') return 'password';
  return typeof grant === 'string' && GRANTS.has(grant) ? grant : 'other';
}
