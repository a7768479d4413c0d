import { ApiError } from '../common/errors.js';
import { batchRan } from '../common/events.js';
import type { LoadedVersion } from '../models/loaded-version.js';
import type { Tensor } from '../runtimes/tensor.js';
import { concatenate, split } from './tensors.js';

interface Waiting {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly string[];
  readonly rows: number;
  readonly resolve: (outputs: Tensor[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Rows in one call at the most, and rows that may wait before further ones are turned away. */
const BATCH_ROWS = 1024;
const QUEUE_ROWS = 100_000;

/**
 * Gathers the rows of requests that are there at the same time into one call of a model. Requests that come while a
 * call runs make the next one; an idle model waits for nobody beyond the running turn of the event loop.
 */
export class Batcher {
  private queue: Waiting[] = [];
  private queuedRows = 0;
  private running = false;

  constructor(private readonly loaded: LoadedVersion) {}

  /** Rows that wait. */
  get queueLength(): number {
    return this.queuedRows;
  }

  /** @throws ApiError `overloaded` at once when too many rows wait; else whatever the model throws for these rows */
  infer(inputs: readonly Tensor[], outputs: readonly string[]): Promise<Tensor[]> {
    const rows = inputs[0].shape[0];
    if (this.queuedRows + rows > QUEUE_ROWS && this.queuedRows > 0)
      return Promise.reject(
        new ApiError('overloaded', 'too many rows are waiting', { headers: { 'Retry-After': '1' } }),
      );
    return new Promise((resolve, reject) => {
      this.queue.push({ inputs, outputs, rows, resolve, reject });
      this.queuedRows += rows;
      if (!this.running) {
        this.running = true;
        setImmediate(() => void this.drain());
      }
    });
  }

  private async drain(): Promise<void> {
    while (this.queue.length > 0) await this.run(this.takeBatch());
    this.running = false;
  }

  /** The longest run of requests from the front that ask for the same outputs and keep within the bound. */
  private takeBatch(): Waiting[] {
    const key = this.queue[0].outputs.join();
    let rows = 0;
    let count = 0;
    for (const waiting of this.queue) {
      if (count > 0 && (rows + waiting.rows > BATCH_ROWS || waiting.outputs.join() !== key)) break;
      rows += waiting.rows;
      count += 1;
    }
    this.queuedRows -= rows;
    return this.queue.splice(0, count);
  }

  private async run(batch: readonly Waiting[]): Promise<void> {
    batchRan.publish({ model: this.loaded.name, rows: rowsOf(batch), requests: batch.length });
    try {
      const inputs =
        batch.length === 1 ? batch[0].inputs : concatenate(batch.map((waiting) => waiting.inputs));
      const outputs = await this.loaded.model.infer(inputs, batch[0].outputs);
      if (batch.length === 1) batch[0].resolve(outputs);
      else
        split(
          outputs,
          batch.map((waiting) => waiting.rows),
        ).forEach((part, i) => batch[i].resolve(part));
    } catch (error) {
      if (batch.length === 1) batch[0].reject(error);
      // One caller's bad row fails nobody else's: each is asked again alone.
      else for (const waiting of batch) await this.run([waiting]);
    }
  }
}

const rowsOf = (batch: readonly Waiting[]): number => batch.reduce((rows, waiting) => rows + waiting.rows, 0);
