import {
  type LoadedModel,
  ModelFileError,
  ModelStoppedError,
  type Signature,
} from '../../inference/model.js';
import type { Tensor } from '../../inference/tensor.js';
import { asError } from './errors.js';
import { ModelProcess, ProcessEnded } from './model-process.js';

/** What a process that serves a model may take. */
export interface ServeLimits {
  /** Of one batch. */
  readonly seconds: number;
  /** Until the model is loaded. */
  readonly loadSeconds: number;
  /** Resident bytes. */
  readonly bytes: number;
}

/** Batches that wait for the process. */
const MAX_WAITING = 100;

/**
 * A model that is computed in a process of its own, one batch at a time. A batch that takes too long ends the process;
 * the next one starts another.
 */
export class IsolatedModel implements LoadedModel {
  private waiting = 0;
  private last: Promise<unknown> = Promise.resolve();
  private disposed = false;

  private constructor(
    private readonly dir: string,
    readonly signature: Signature,
    private readonly limits: ServeLimits,
    private child: ModelProcess,
    readonly memoryBytes: number,
    readonly backend: string | undefined,
    readonly rowwise: boolean | undefined,
  ) {}

  /** Loads the package in `dir`, whose files have been verified. @throws ModelFileError */
  static async load(dir: string, signature: Signature, limits: ServeLimits): Promise<IsolatedModel> {
    const { child, memoryBytes, backend, rowwise } = await start(dir, limits);
    return new IsolatedModel(dir, signature, limits, child, memoryBytes, backend, rowwise);
  }

  /** @throws ModelStoppedError if the batch takes too long, or too many wait; ModelInputError */
  infer(inputs: readonly Tensor[], outputs: readonly string[]): Promise<Tensor[]> {
    if (this.waiting >= MAX_WAITING)
      return Promise.reject(new ModelStoppedError(`${MAX_WAITING} requests are waiting for the model`, true));
    this.waiting += 1;
    const expiresAt = performance.now() + this.limits.seconds * 1000;
    const turn = this.last.then(() => this.compute(inputs, outputs, expiresAt));
    this.last = turn.catch(() => undefined);
    return turn.finally(() => (this.waiting -= 1));
  }

  dispose(): void {
    this.disposed = true;
    this.child.kill();
  }

  private async compute(
    inputs: readonly Tensor[],
    outputs: readonly string[],
    expiresAt: number,
  ): Promise<Tensor[]> {
    // Those before it took its time; it is not computed, so that the next ones get theirs.
    if (performance.now() > expiresAt)
      throw new ModelStoppedError(
        `the model did not get to this request within ${this.limits.seconds} s`,
        true,
      );
    if (!this.child.isAlive && !this.disposed) this.child = (await start(this.dir, this.limits)).child;
    const { child } = this;
    const timer = setTimeout(() => child.kill('time'), this.limits.seconds * 1000);
    try {
      const report = await child.ask({ inputs, outputs });
      if (report.kind === 'failed') throw asError(report.error);
      if (report.kind !== 'answer') throw new Error(`unexpected report ${report.kind}`);
      return [...report.outputs];
    } catch (error) {
      if (!(error instanceof ProcessEnded)) throw error;
      if (error.verdict === 'time')
        throw new ModelStoppedError(`the model did not answer within ${this.limits.seconds} s`);
      if (error.verdict === 'memory')
        throw new ModelStoppedError(
          `the model took more than ${Math.floor(this.limits.bytes / 2 ** 20)} MiB of memory for this request`,
        );
      throw new ModelStoppedError(`the model crashed (${error.signal ?? 'exit'}) on this request`);
    } finally {
      clearTimeout(timer);
    }
  }
}

async function start(
  dir: string,
  { loadSeconds, bytes }: ServeLimits,
): Promise<{ child: ModelProcess; memoryBytes: number; backend?: string; rowwise?: boolean }> {
  const child = new ModelProcess();
  const timer = setTimeout(() => child.kill('time'), loadSeconds * 1000);
  try {
    const report = await child.ask({ kind: 'serve', dir, limits: { bytes } });
    if (report.kind === 'loaded') return { child, ...report };
    throw report.kind === 'failed' ? asError(report.error) : new Error(`unexpected report ${report.kind}`);
  } catch (error) {
    child.kill();
    if (error instanceof ProcessEnded) throw new ModelFileError(`loading the model failed: ${error.message}`);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
