import type { OnApplicationShutdown } from '@nestjs/common';
import type { Peer } from '../workers/peer.js';
import type { Allowance, Demand, Level, Period, Verdict } from './allowance.js';
import { LEASE, type LeaseGrant, type LeaseReport } from './lease.js';

interface Lease {
  readonly key: string;
  readonly period: Period;
  /** The limit at the time of the lease. */
  limit: number;
  endsAt: number;
  held: number;
  /** Since the last report to the primary. */
  spent: number;
  /** Amount left elsewhere, according to the primary's last reply. */
  elsewhere: number;
  asking?: Promise<LeaseGrant>;
}

const LEASES_LIMIT = 100_000;
/**
 * Interval of reports to the primary. If a worker is killed, what it spent since its last report counts as
 * unused.
 */
const REPORT_MS = 250;

/**
 * A worker's side of limits. It decides by itself while its leases last, and otherwise asks the primary for
 * more.
 */
export class LeasedAllowance implements Allowance, OnApplicationShutdown {
  private readonly leases = new Map<string, Lease>();
  private readonly unreported = new Set<Lease>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly primary: Peer) {
    primary.handle(LEASE.recall, (wanted: Pick<Lease, 'key' | 'period' | 'endsAt'>) => this.giveBack(wanted));
    this.timer = setInterval(() => void this.report(), REPORT_MS).unref();
  }

  take(demands: readonly Demand[]): Verdict | Promise<Verdict> {
    return this.takeOfHeld(demands) ?? this.takeAsking(demands);
  }

  /** Returns unspent leases, so that a shutdown loses nothing. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    const reports = [...this.leases.values()].map((lease) => this.reportOf(lease, true));
    await this.primary.call(LEASE.report, reports).catch(() => undefined);
  }

  private takeOfHeld(demands: readonly Demand[]): Verdict | undefined {
    const now = Date.now();
    const held = demands.map((demand) => ({ demand, lease: this.leaseOf(demand) }));
    if (!held.every(({ lease, demand }) => covers(lease, demand, now))) return undefined;
    for (const { lease, demand } of held) this.spend(lease, demand.amount);
    return { levels: held.map(({ lease }) => levelOf(lease)) };
  }

  private async takeAsking(demands: readonly Demand[]): Promise<Verdict> {
    for (;;) {
      const verdict = this.takeOfHeld(demands);
      if (verdict) return verdict;
      const now = Date.now();
      const short = demands.findIndex((demand) => !covers(this.leaseOf(demand), demand, now));
      const demand = demands[short];
      if (!demand) continue;
      const lease = this.leaseOf(demand);
      const { granted, free } = await (lease.asking ?? this.ask(lease, demand));
      if (granted === 0 && lease.held + free < demand.amount)
        return { levels: demands.map((demand) => levelOf(this.leaseOf(demand))), refused: short };
    }
  }

  /**
   * Returns what is held and asks for all of the demand. One request to the primary at a time per limit: requests
   * that arrive meanwhile share its reply.
   */
  private ask(lease: Lease, demand: Demand): Promise<LeaseGrant> {
    const asking = this.primary
      .call<LeaseGrant>(LEASE.request, { demand, report: this.reportOf(lease, true) })
      .then((grant) => this.accept(lease, demand.limit, grant))
      .finally(() => (lease.asking = undefined));
    lease.asking = asking;
    return asking;
  }

  private accept(lease: Lease, limit: number, grant: LeaseGrant): LeaseGrant {
    if (lease.endsAt !== grant.endsAt) lease.held = lease.spent = 0;
    lease.limit = limit;
    lease.endsAt = grant.endsAt;
    lease.held += grant.granted;
    lease.elsewhere = grant.elsewhere;
    return grant;
  }

  private spend(lease: Lease, amount: number): void {
    lease.held -= amount;
    lease.spent += amount;
    this.unreported.add(lease);
  }

  private async report(): Promise<void> {
    if (this.unreported.size === 0) return;
    const reports = [...this.unreported].map((lease) => this.reportOf(lease, false));
    // If the primary has exited, this process exits too.
    await this.primary.call(LEASE.report, reports).catch(() => undefined);
  }

  private giveBack({ key, period, endsAt }: Pick<Lease, 'key' | 'period' | 'endsAt'>): LeaseReport {
    const lease = this.leases.get(`${period} ${key}`);
    if (lease?.endsAt !== endsAt) return { key, period, endsAt, spent: 0, returned: 0 };
    return this.reportOf(lease, true);
  }

  private reportOf(lease: Lease, isReturning: boolean): LeaseReport {
    const { key, period, endsAt, spent } = lease;
    const returned = isReturning ? lease.held : 0;
    lease.held -= returned;
    lease.spent = 0;
    this.unreported.delete(lease);
    return { key, period, endsAt, spent, returned };
  }

  private leaseOf({ key, period, limit }: Demand): Lease {
    const id = `${period} ${key}`;
    let lease = this.leases.get(id);
    if (!lease) {
      if (this.leases.size >= LEASES_LIMIT) this.forgetOldest();
      lease = { key, period, limit, endsAt: 0, held: 0, spent: 0, elsewhere: 0 };
      this.leases.set(id, lease);
    }
    return lease;
  }

  private forgetOldest(): void {
    const [id, lease] = this.leases.entries().next().value!;
    this.leases.delete(id);
    void this.primary.call(LEASE.report, [this.reportOf(lease, true)]).catch(() => undefined);
  }
}

const covers = (lease: Lease, { amount, limit }: Demand, now: number): boolean =>
  lease.held >= amount && lease.limit === limit && lease.endsAt > now;

/** Use by other workers since the primary's last reply is not known here, so this is an upper bound. */
const levelOf = ({ held, elsewhere, endsAt }: Lease): Level => ({ left: held + elsewhere, endsAt });
