import { Injectable } from '@nestjs/common';
import { ApiError } from '../../common/errors.js';
import { actorKey, type Caller } from '../../common/actor.js';
import { demandAny, demand } from './demand.js';
import { type LimitHeaders, RateLimiter } from './rate-limiter.js';
import type { Scope } from './scopes.js';
import { TokenCache } from './token-cache.js';

/** What the client presents, and what the route requires. */
export interface Entry {
  readonly token: string | undefined;
  /** Any valid token is enough if undefined. */
  readonly scope?: Scope;
  /** The model of the request. A scope narrowed to this model is enough. */
  readonly model?: string;
  /** True if the handler determines the model. The scope for at least one model is enough here. */
  readonly anyModel?: boolean;
  /** Whether the request counts against the caller's rate limit. */
  readonly limited?: boolean;
  /** Called as soon as the caller is known, so that the record of a rejected request names the caller. */
  readonly identified?: (actor: Caller) => void;
}

export interface Admission {
  readonly actor: Caller;
  /** `RateLimit-*` headers of the answer, if a limit applies. */
  readonly headers?: LimitHeaders;
}

/** The one way in, for all transports. It checks the token, the scope and the rate limit. */
@Injectable()
export class Gate {
  constructor(
    private readonly tokens: TokenCache,
    private readonly limiter: RateLimiter,
  ) {}

  /**
   * Admits a request or throws. Returns a promise only if the token is not remembered, or if another process holds the
   * limit.
   * @throws ApiError `not_authenticated`, `invalid_token`, `inactive_user`, `insufficient_scope`, `rate_limited`, or
   * `overloaded` if the identity provider cannot be reached
   */
  admit(entry: Entry): Admission | Promise<Admission> {
    if (entry.token === undefined) throw new ApiError('not_authenticated');
    const actor = this.tokens.callerOf(entry.token);
    return actor instanceof Promise
      ? actor.then((known) => this.pass(known, entry))
      : this.pass(actor, entry);
  }

  private pass(
    actor: Caller,
    { scope, model, anyModel, limited, identified }: Entry,
  ): Admission | Promise<Admission> {
    identified?.(actor);
    if (scope && anyModel) demandAny(actor, scope);
    else if (scope) demand(actor, scope, model);
    if (!limited) return { actor };
    const headers = this.limiter.hit('prediction', actorKey(actor));
    return headers instanceof Promise
      ? headers.then((settled) => ({ actor, headers: settled }))
      : { actor, headers };
  }
}
