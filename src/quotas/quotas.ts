import { Inject, Injectable } from '@nestjs/common';
import { ApiError } from '../common/errors.js';
import type { Principal } from '../common/principal.js';
import { type Allowance, ALLOWANCE, type Demand, type Period, type Verdict } from '../limits/allowance.js';
import { subjectText } from './quota-store.js';
import { type ApplicableQuota, type Caller, QuotaTable } from './quota-table.js';

export type QuotaHeaders = Readonly<Record<string, string>>;

/** A demand on a quota, and what to call it. */
interface QuotaDemand extends Demand {
  /** "user-minute": in the headers. */
  readonly policy: string;
  /** "the user ada". */
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

/** Counts predicted rows against the quotas of who asks and of the model; knows no transport. */
@Injectable()
export class Quotas {
  constructor(
    private readonly table: QuotaTable,
    @Inject(ALLOWANCE) private readonly allowance: Allowance,
  ) {}

  /**
   * Counts rows that are about to be computed; they stay counted should the computation fail.
   * @returns the headers of the answer, none where no quota applies; a promise only where the settings have changed or
   *   another process has to be asked
   * @throws ApiError `quota_exceeded` with `Retry-After`; nothing is counted then
   */
  charge(
    principal: Principal,
    model: string,
    rows: number,
  ): QuotaHeaders | undefined | Promise<QuotaHeaders | undefined> {
    const stale = this.table.refresh();
    return stale ? stale.then(() => this.take(principal, model, rows)) : this.take(principal, model, rows);
  }

  /**
   * Counts rows that a batch job has computed, against the quotas of a day: those of a minute are for calls.
   * @throws ApiError `quota_exceeded`; nothing is counted then
   */
  async chargeJob(caller: Caller, model: string, rows: number): Promise<void> {
    await this.table.refresh();
    const demands = this.table
      .applicable(caller, model)
      .flatMap((quota) => demandsOf(quota, rows))
      .filter(({ period }) => period === 'day');
    if (demands.length > 0) headersOf(demands, await this.allowance.take(demands));
  }

  /** The principal's own quotas and what is left of them. */
  async state(principal: Principal): Promise<QuotaState[]> {
    await this.table.refresh();
    const demands = this.table.applicable(principal).flatMap((quota) => demandsOf(quota, 0));
    if (demands.length === 0) return [];
    const { levels } = await this.allowance.take(demands);
    return demands.map(({ period, limit }, i) => ({ period, limit, ...levels[i] }));
  }

  private take(
    principal: Principal,
    model: string,
    rows: number,
  ): QuotaHeaders | undefined | Promise<QuotaHeaders> {
    const quotas = this.table.applicable(principal, model);
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

/** `RateLimit-Policy` and `RateLimit` as draft-ietf-httpapi-ratelimit-headers-10 has them, an item a quota. */
function headersOf(demands: readonly QuotaDemand[], { levels, refused }: Verdict): QuotaHeaders {
  const now = Date.now();
  const seconds = (i: number): number => Math.max(1, Math.ceil((levels[i].endsAt - now) / 1000));
  if (refused !== undefined) throw refusal(demands[refused], levels[refused].left, seconds(refused));
  return {
    'RateLimit-Policy': demands
      .map(({ policy, limit, period }) => `"${policy}";q=${limit};w=${SECONDS[period]}`)
      .join(', '),
    RateLimit: demands.map(({ policy }, i) => `"${policy}";r=${levels[i].left};t=${seconds(i)}`).join(', '),
  };
}

function refusal(
  { policy, owner, limit, period, amount }: QuotaDemand,
  left: number,
  seconds: number,
): ApiError {
  const quota = `the quota of ${limit} rows a ${period} of ${owner}`;
  return new ApiError(
    'quota_exceeded',
    amount > limit
      ? `${quota} is smaller than this call of ${amount} rows; send fewer at once`
      : `${quota} has ${left} left and the call ${amount} rows; try again in ${seconds} s`,
    {
      headers: {
        'RateLimit-Policy': `"${policy}";q=${limit};w=${SECONDS[period]}`,
        RateLimit: `"${policy}";r=${left};t=${seconds}`,
        'Retry-After': String(seconds),
      },
    },
  );
}
