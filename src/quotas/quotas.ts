import { Inject, Injectable } from '@nestjs/common';
import { ApiError } from '../common/errors.js';
import type { Actor } from '../common/actor.js';
import {
  type Allowance,
  ALLOWANCE,
  type Demand,
  type Level,
  type Period,
  type Verdict,
} from '../limits/allowance.js';
import { subjectText } from './quota-store.js';
import { type ApplicableQuota, type QuotaActor, QuotaTable } from './quota-table.js';
import { at } from '../common/lists.js';

export type QuotaHeaders = Readonly<Record<string, string>>;

/** A demand on a quota, and its names in headers and messages. */
interface QuotaDemand extends Demand {
  /** "user-minute", in headers. */
  readonly policy: string;
  /** "the user ada", in messages. */
  readonly owner: string;
}

export interface QuotaState {
  readonly period: Period;
  readonly limit: number;
  readonly left: number;
  /** Epoch milliseconds. */
  readonly endsAt: number;
}

const SECONDS: Readonly<Record<Period, number>> = { minute: 60, day: 86_400 };

/** Counts predicted rows against the quotas of the caller and the model. Independent of the transport. */
@Injectable()
export class Quotas {
  constructor(
    private readonly table: QuotaTable,
    @Inject(ALLOWANCE) private readonly allowance: Allowance,
  ) {}

  /**
   * Charges rows that are about to be computed. They remain charged if the computation fails.
   * @returns response headers, empty if no quota applies; a promise only if the settings changed or another
   * process must be asked
   * @throws ApiError `quota_exceeded` with `Retry-After`; nothing is charged then
   */
  charge(
    actor: Actor,
    model: string,
    rows: number,
  ): QuotaHeaders | undefined | Promise<QuotaHeaders | undefined> {
    const stale = this.table.refresh();
    return stale ? stale.then(() => this.take(actor, model, rows)) : this.take(actor, model, rows);
  }

  /**
   * Charges rows that a batch job has computed to the daily quotas. Quotas per minute do not apply to jobs.
   * @throws ApiError `quota_exceeded`; nothing is charged then
   */
  async chargeJob(actor: QuotaActor, model: string, rows: number): Promise<void> {
    await this.table.refresh();
    const demands = this.table
      .applicable(actor, model)
      .flatMap((quota) => demandsOf(quota, rows))
      .filter(({ period }) => period === 'day');
    if (demands.length > 0) headersOf(demands, await this.allowance.take(demands));
  }

  /** The actor's own quotas and their remaining rows. */
  async state(actor: Actor): Promise<QuotaState[]> {
    await this.table.refresh();
    const demands = this.table.applicable(actor).flatMap((quota) => demandsOf(quota, 0));
    if (demands.length === 0) return [];
    const { levels } = await this.allowance.take(demands);
    return demands.map(({ period, limit }, i) => ({ period, limit, ...at(levels, i) }));
  }

  private take(actor: Actor, model: string, rows: number): QuotaHeaders | undefined | Promise<QuotaHeaders> {
    const quotas = this.table.applicable(actor, model);
    if (quotas.length === 0) return undefined;
    const demands = quotas.flatMap((quota) => demandsOf(quota, rows));
    const verdict = this.allowance.take(demands);
    return verdict instanceof Promise
      ? verdict.then((settled) => headersOf(demands, settled))
      : headersOf(demands, verdict);
  }
}

function demandsOf({ subject, rowsPerMinute, rowsPerDay }: ApplicableQuota, rows: number): QuotaDemand[] {
  const kind = subject.kind.replace('_', ' ');
  const demand = (period: Period, limit: number): QuotaDemand => ({
    key: `rows:${subjectText(subject)}`,
    period,
    limit,
    amount: rows,
    policy: `${kind.replace(' ', '-')}-${period}`,
    owner: `the ${kind} ${subject.name}`,
  });
  return [
    ...(rowsPerMinute > 0 ? [demand('minute', rowsPerMinute)] : []),
    ...(rowsPerDay > 0 ? [demand('day', rowsPerDay)] : []),
  ];
}

/** `RateLimit-Policy` and `RateLimit` of draft-ietf-httpapi-ratelimit-headers-10, one item per quota. */
function headersOf(demands: readonly QuotaDemand[], { levels, refused }: Verdict): QuotaHeaders {
  const now = Date.now();
  const seconds = ({ endsAt }: Level): number => Math.max(1, Math.ceil((endsAt - now) / 1000));
  if (refused !== undefined) {
    const level = at(levels, refused);
    throw refusal(at(demands, refused), level.left, seconds(level));
  }
  return {
    'RateLimit-Policy': demands
      .map(({ policy, limit, period }) => `"${policy}";q=${limit};w=${SECONDS[period]}`)
      .join(', '),
    RateLimit: demands
      .map(({ policy }, i) => {
        const level = at(levels, i);
        return `"${policy}";r=${level.left};t=${seconds(level)}`;
      })
      .join(', '),
  };
}

function refusal(
  { policy, owner, limit, period, amount }: QuotaDemand,
  left: number,
  seconds: number,
): ApiError {
  const quota = `the quota of ${limit} rows per ${period} of ${owner}`;
  return new ApiError(
    'quota_exceeded',
    amount > limit
      ? `${quota} is smaller than the ${amount} rows of this request; send fewer rows at once`
      : `${quota} has ${left} rows left and this request has ${amount}; try again in ${seconds} s`,
    {
      headers: {
        'RateLimit-Policy': `"${policy}";q=${limit};w=${SECONDS[period]}`,
        RateLimit: `"${policy}";r=${left};t=${seconds}`,
        'Retry-After': String(seconds),
      },
    },
  );
}
