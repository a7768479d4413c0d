import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { getHeapStatistics } from 'node:v8';
import type { GuardVerdict } from './guard.js';
import type { Batch, Report, Task } from './messages.js';

const PROGRAM = fileURLToPath(new URL('./model-child.js', import.meta.url));

/** The process ended before it reported. */
export class ProcessEnded extends Error {
  override readonly name = 'ProcessEnded';

  constructor(
    /** What it exceeded; undefined if it crashed. */
    readonly verdict: GuardVerdict | undefined,
    readonly signal: NodeJS.Signals | null,
  ) {
    super(`the process of the model ended (${verdict ?? signal ?? 'no signal'})`);
  }
}

/** A process that imports a model or serves one, from the server's side. */
export class ModelProcess {
  private readonly child: ChildProcess;
  private pending?: { resolve: (report: Report) => void; reject: (error: ProcessEnded) => void };
  private ended?: ProcessEnded;
  private verdict = '';

  constructor() {
    // The heap that the server has itself: what is read here can be read there. Its settings are not passed on.
    const heap = Math.floor(getHeapStatistics().heap_size_limit / 2 ** 20);
    this.child = fork(PROGRAM, [], {
      stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
      env: {},
      execArgv: [`--max-old-space-size=${heap}`],
      serialization: 'advanced',
      // A process group of its own, which ends as one.
      detached: true,
    });
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => (this.verdict = text.slice(0, 100)));
    this.child.on('message', (report: Report) => this.settle()?.resolve(report));
    this.child.once('error', () => this.end(null));
    this.child.once('close', (_code, signal) => this.end(signal));
  }

  /** Sends a task or a batch, one at a time. @returns the report. @throws ProcessEnded */
  ask(message: Task | Batch): Promise<Report> {
    return new Promise((resolve, reject) => {
      if (this.ended) return reject(this.ended);
      this.pending = { resolve, reject };
      this.child.send(message, (error) => {
        // A process that has exited is reported when it closes.
        if (error && this.ended) this.settle()?.reject(this.ended);
      });
    });
  }

  get isAlive(): boolean {
    return this.ended === undefined;
  }

  /** Ends the process and what it started, at once. */
  kill(verdict = ''): void {
    if (this.ended || this.child.pid === undefined) return;
    this.verdict = verdict;
    try {
      process.kill(-this.child.pid, 'SIGKILL');
    } catch {
      this.child.kill('SIGKILL');
    }
  }

  private settle() {
    const { pending } = this;
    this.pending = undefined;
    return pending;
  }

  private end(signal: NodeJS.Signals | null): void {
    const verdict = this.verdict === 'memory' || this.verdict === 'time' ? this.verdict : undefined;
    this.ended ??= new ProcessEnded(verdict, signal);
    this.settle()?.reject(this.ended);
  }
}
