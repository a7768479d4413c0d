import type { Peer } from '../workers/peer.js';
import { LEASE, type LeaseGrant, type LeaseReport, type LeaseRequest } from './lease.js';
import { freeOf, type Window, type Windows } from './windows.js';

/** A busy worker does not answer at once, and a request that needs its lease must not wait indefinitely. */
const RECALL_MS = 2_000;
/** A recall can overtake an earlier grant to the same worker, which the next recall finds. */
const RECALL_ROUNDS = 4;

/**
 * The primary's side of limits. It leases allowance to the workers in blocks, and recalls unspent leases
 * before it rejects a request. Used, leased and free amounts always add up to the limit, so that it is never
 * exceeded and no request is rejected while allowance is left.
 */
export class LeaseAuthority {
  private readonly peers = new Map<number, Peer>();
  /** The last reply of each window that is being decided. */
  private readonly replies = new Map<string, Promise<void>>();

  /** @param workers number of workers that share the limits */
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

  /** A worker that exited spends nothing more. Its leases are free again. */
  left(number: number): void {
    this.peers.delete(number);
    for (const period of ['minute', 'day'] as const)
      for (const { leases } of this.windows.of(period)) leases.delete(number);
  }

  /**
   * One reply at a time per window. Two workers that recalled each other's leases at once could otherwise each be
   * granted a part, and both would reject a request that fits what is left.
   */
  private lease(number: number, request: LeaseRequest): Promise<LeaseGrant> {
    const id = `${request.demand.period} ${request.demand.key}`;
    const reply = (this.replies.get(id) ?? Promise.resolve()).then(() => this.decide(number, request));
    const done = reply.then(
      () => undefined,
      () => undefined,
    );
    this.replies.set(id, done);
    void done.then(() => this.replies.get(id) === done && this.replies.delete(id));
    return reply;
  }

  private async decide(number: number, { demand, report }: LeaseRequest): Promise<LeaseGrant> {
    if (report) this.settle(number, report);
    const window = this.windows.open(demand, Date.now());
    for (let round = 0; freeOf(window) < demand.amount && round < RECALL_ROUNDS; round += 1) {
      const others = [...window.leases.keys()].filter((holder) => holder !== number);
      if (others.length === 0) break;
      await Promise.all(others.map((holder) => this.recall(holder, window)));
    }
    // The window may have ended during the recall.
    if (window.endsAt <= Date.now()) return this.decide(number, { demand });
    return this.grant(number, window, demand.amount);
  }

  /** A block that also covers later requests, but leaves enough for the other workers. */
  private grant(number: number, window: Window, amount: number): LeaseGrant {
    const free = Math.max(0, freeOf(window));
    const { limit, used, endsAt, leases } = window;
    if (free < amount || !this.peers.has(number)) return { granted: 0, free, elsewhere: free, endsAt };
    const granted = Math.max(amount, Math.floor(free / (4 * this.workers)));
    const held = (leases.get(number) ?? 0) + granted;
    leases.set(number, held);
    return { granted, free: free - granted, elsewhere: limit - used - held, endsAt };
  }

  private async recall(number: number, { key, period, endsAt }: Window): Promise<void> {
    const answer = this.peers
      .get(number)
      ?.call<LeaseReport>(LEASE.recall, { key, period, endsAt })
      // The worker exited; `left` has freed its lease.
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
