import cluster, { type Worker } from 'node:cluster';
import type { Logger } from 'pino';
import { StartError } from '../common/errors.js';
import { Peer } from './peer.js';

/** The ports that every worker listens on. */
export interface Ports {
  readonly http: number;
  readonly grpc: number | null;
  readonly metrics: number | null;
}

/** What the primary does for each worker process, in addition to starting it. */
export interface WorkerHooks {
  /** A process was started. Its channel is open, and it has sent no request yet. */
  joined(number: number, peer: Peer): void;
  /** The process has exited, for any reason. */
  left(number: number): void;
}

interface Slot {
  readonly number: number;
  worker?: Worker;
  peer?: Peer;
  /** Consecutive exits before the worker was ready. */
  failures: number;
  /** Consecutive exits soon after it was ready. */
  shortLives: number;
}

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 10_000;
/** Uptime after which a worker counts as healthy. */
const LONG_LIFE_MS = 10_000;
/** Consecutive failed starts before giving up. */
const FAILURES_LIMIT = 5;
/** Time to shut down, in addition to the workers' own, before they are killed. */
const STOP_MARGIN_MS = 2_000;

/** Starts worker processes, restarts those that exit, and stops them all. */
export class Supervisor {
  private readonly slots: Slot[];
  private stopping = false;

  /**
   * @param program the script of a worker, started with the arguments of this process
   * @param onGivingUp called if a worker cannot be kept running
   */
  constructor(
    count: number,
    program: string,
    private readonly hooks: WorkerHooks,
    private readonly logger: Logger,
    private readonly onGivingUp: () => void,
  ) {
    this.slots = Array.from({ length: count }, (_, i) => ({ number: i + 1, failures: 0, shortLives: 0 }));
    cluster.schedulingPolicy = cluster.SCHED_RR;
    cluster.setupPrimary({ exec: program });
  }

  /**
   * Starts the first worker alone, then the others, because what prevents one start usually prevents all.
   * @throws StartError if a worker exits before it is ready; it has logged the reason
   */
  async start(): Promise<Ports> {
    const [first, ...others] = this.slots;
    if (!first) throw new StartError('a server needs a worker');
    const ports = await this.launch(first);
    await Promise.all(others.map((slot) => this.launch(slot)));
    return ports;
  }

  /** The channels of the running workers, except one. */
  peers(except?: number): Peer[] {
    return this.slots.flatMap(({ number, peer }) => (peer && number !== except ? [peer] : []));
  }

  peer(number: number): Peer | undefined {
    return this.slots[number - 1]?.peer;
  }

  /** Lets every worker finish its requests in flight. @returns whether all exited cleanly in time */
  async stop(milliseconds: number): Promise<boolean> {
    this.stopping = true;
    const ends = this.slots.flatMap(({ worker, peer }) => (worker ? [end(worker, peer, milliseconds)] : []));
    return !(await Promise.all(ends)).includes(false);
  }

  /** Kills every worker. */
  kill(): void {
    this.stopping = true;
    for (const { worker } of this.slots) worker?.process.kill('SIGKILL');
  }

  /** Starts one process and waits until it is ready. @throws StartError if it exits first */
  private launch(slot: Slot): Promise<Ports> {
    const worker = cluster.fork();
    const peer = new Peer((message) => {
      if (worker.isConnected()) worker.send(message);
    });
    slot.worker = worker;
    slot.peer = peer;
    worker.on('message', (message) => peer.receive(message));
    worker.on('error', (error) => this.logger.error({ err: error, worker: slot.number }, 'worker failed'));
    return new Promise((resolve, reject) => {
      let readyAt: number | undefined;
      peer.handle('place', () => slot.number);
      peer.handle('ready', (ports: Ports) => {
        readyAt = performance.now();
        slot.failures = 0;
        this.logger.info({ worker: slot.number, pid: worker.process.pid }, 'worker ready');
        resolve(ports);
      });
      worker.once('exit', (code, signal) => {
        peer.close();
        slot.worker = slot.peer = undefined;
        this.hooks.left(slot.number);
        if (readyAt === undefined) reject(new StartError(`worker ${slot.number} did not start`));
        else if (!this.stopping) {
          this.logger.error({ worker: slot.number, pid: worker.process.pid, code, signal }, 'worker exited');
          slot.shortLives = performance.now() - readyAt < LONG_LIFE_MS ? slot.shortLives + 1 : 0;
          void this.replace(slot);
        }
      });
      this.hooks.joined(slot.number, peer);
    });
  }

  private async replace(slot: Slot): Promise<void> {
    while (!this.stopping) {
      const delay = Math.min(FIRST_DELAY_MS * 2 ** (slot.failures + slot.shortLives), LONGEST_DELAY_MS);
      await new Promise((resolve) => setTimeout(resolve, delay));
      if (this.stopping) return;
      try {
        await this.launch(slot);
        return;
      } catch {
        slot.failures += 1;
        this.logger.error({ worker: slot.number, failures: slot.failures }, 'worker did not restart');
        if (slot.failures >= FAILURES_LIMIT && !this.stopping) return this.onGivingUp();
      }
    }
  }
}

/** Asks a worker to shut down and waits for its exit. @returns whether it exited cleanly */
async function end(worker: Worker, peer: Peer | undefined, milliseconds: number): Promise<boolean> {
  const exit = new Promise<boolean>((resolve) =>
    worker.once('exit', (code: number | null) => resolve(code === 0)),
  );
  const timer = setTimeout(() => worker.process.kill('SIGKILL'), milliseconds + STOP_MARGIN_MS);
  // A worker that cannot handle `stop` yet has not begun to serve.
  peer?.call('stop').catch(() => worker.process.kill('SIGKILL'));
  const clean = await exit;
  clearTimeout(timer);
  return clean;
}
