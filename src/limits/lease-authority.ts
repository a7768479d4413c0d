import type { Peer } from '../workers/peer.js';
import { LEASE, type LeaseGrant, type LeaseReport, type LeaseRequest } from './lease.js';
import { freeOf, type Window, type Windows } from './windows.js';

/** A worker that computes does not answer at once; the call that needs its lease does not wait for ever. */
const RECALL_MS = 2_000;
/** A worker may be granted more while it gives back; the second recall finds that. */
const RECALL_ROUNDS = 4;

/**
 * The primary's part of the limits: it leases allowance in blocks to the workers, which then decide by themselves, and
 * calls unspent leases back before it refuses. Used, leased and free always add up to the limit, so that never more
 * than the limit is used and nothing is refused that one of them could allow.
 */
export class LeaseAuthority {
  private readonly peers = new Map<number, Peer>();
  private readonly recalls = new Map<string, Promise<void>>();

  /** @param workers how many share the limits */
  constructor(
    private readonly windows: Windows,
    private readonly workers: number,
  ) {}

  joined(number: number, peer: Peer): void {
    this.peers.set(number, peer);
    peer.handle(LEASE.request, (request: LeaseRequest) => this.lease(number, request));
    peer.handle(LEASE.report, (reports: readonly LeaseReport[]) => {
      for (const report of reports) this.settle(number, report);
    });
  }

  /** A worker that is gone spends nothing: what it last held is free again. */
  left(number: number): void {
    this.peers.delete(number);
    for (const period of ['minute', 'day'] as const)
      for (const { leases } of this.windows.of(period)) leases.delete(number);
  }

  private async lease(number: number, { demand, report }: LeaseRequest): Promise<LeaseGrant> {
    if (report) this.settle(number, report);
    const window = this.windows.open(demand, Date.now());
    for (let round = 0; freeOf(window) < demand.amount && round < RECALL_ROUNDS; round += 1) {
      const others = [...window.leases.keys()].filter((holder) => holder !== number);
      if (others.length === 0) break;
      await Promise.all(others.map((holder) => this.recall(holder, window)));
    }
    // The window may have ended while its leases were called back.
    if (window.endsAt <= Date.now()) return this.lease(number, { demand });
    return this.grant(number, window, demand.amount);
  }

  /** A block for the calls to come as well, small enough that all workers find some. */
  private grant(number: number, window: Window, amount: number): LeaseGrant {
    const free = Math.max(0, freeOf(window));
    const { limit, used, endsAt, leases } = window;
    if (free < amount || !this.peers.has(number)) return { granted: 0, free, elsewhere: free, endsAt };
    const granted = Math.max(amount, Math.floor(free / (4 * this.workers)));
    const held = (leases.get(number) ?? 0) + granted;
    leases.set(number, held);
    return { granted, free: free - granted, elsewhere: limit - used - held, endsAt };
  }

  /** One at a time for a worker and window, however many calls wait for it. */
  private recall(number: number, window: Window): Promise<void> {
    const id = `${number} ${window.period} ${window.key}`;
    const running = this.recalls.get(id);
    if (running) return running;
    const recall = this.callBack(number, window).finally(() => this.recalls.delete(id));
    this.recalls.set(id, recall);
    return recall;
  }

  private async callBack(number: number, { key, period, endsAt }: Window): Promise<void> {
    const answer = this.peers
      .get(number)
      ?.call<LeaseReport>(LEASE.recall, { key, period, endsAt })
      // A worker that ended has left, and its lease with it.
      .then(
        (report) => this.settle(number, report),
        () => undefined,
      );
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => (timer = setTimeout(resolve, RECALL_MS)));
    await Promise.race([answer, timeout]);
    clearTimeout(timer);
  }

  private settle(number: number, { key, period, endsAt, spent, returned }: LeaseReport): void {
    const window = this.windows.find(key, period);
    if (window?.endsAt !== endsAt) return;
    window.used += spent;
    const left = (window.leases.get(number) ?? 0) - spent - returned;
    if (left > 0) window.leases.set(number, left);
    else window.leases.delete(number);
  }
}
