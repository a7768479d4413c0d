import { ApiError } from '../common/errors.js';
import { batchRan } from '../common/events.js';
import { onceRead } from '../common/turn.js';
import type { LoadedVersion } from '../models/loaded-version.js';
import { ModelInputError } from '../inference/model.js';
import { unlikeRows } from '../inference/rows.js';
import type { Tensor } from '../inference/tensor.js';
import { concatenate, rowsOf, split } from './tensors.js';

/** A call, as far as it is answered. */
interface Call {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly string[];
  readonly rows: number;
  /** Rows given to the model so far. */
  taken: number;
  /** Rows answered so far, in these parts. */
  answered: number;
  readonly parts: Tensor[][];
  /** Whether the caller has hung up. */
  readonly isGone: () => boolean;
  readonly resolve: (outputs: Tensor[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Some consecutive rows of a call, the model's next ones of it. */
interface Slice {
  readonly call: Call;
  readonly from: number;
  readonly rows: number;
}

/** Calls with more rows than this are large: they wait by a count of their own, and cannot keep small ones out. */
const LARGE_CALL_ROWS = 1024;
/** Rows of small calls, and of large ones, that may wait before further ones are turned away. */
const QUEUE_ROWS = 100_000;

/** How long the model may keep the event loop from others at a time, and the rows it gets before its pace is known. */
const SLICE_MS = 1;
const FIRST_SLICE_ROWS = 256;
const MIN_SLICE_ROWS = 64;
const MAX_SLICE_ROWS = 65_536;

const stays = (): boolean => false;

/**
 * Shares a model of independent rows between calls. The rows of calls that are there at the same time make one slice
 * of about 1 ms, a long call's rest comes after the others' next rows, and the event loop turns between slices. An idle
 * model waits for nobody beyond the running turn of the event loop.
 */
export class Batcher {
  private queue: Call[] = [];
  private readonly waitingRows = { small: 0, large: 0 };
  private running = false;
  private sliceRows = FIRST_SLICE_ROWS;

  constructor(private readonly loaded: Pick<LoadedVersion, 'name' | 'model'>) {}

  /** Rows that wait. */
  get queueLength(): number {
    return this.waitingRows.small + this.waitingRows.large;
  }

  /**
   * @param isGone whether the caller has hung up; nothing more is computed then, and the promise rejects
   * @throws ApiError `overloaded` at once when too many rows wait; else whatever the model throws for these rows
   */
  infer(inputs: readonly Tensor[], outputs: readonly string[], isGone = stays): Promise<Tensor[]> {
    const rows = inputs[0].shape[0];
    const size = sizeOf(rows);
    if (this.waitingRows[size] + rows > QUEUE_ROWS && this.waitingRows[size] > 0)
      return Promise.reject(overloaded('too many rows are waiting; try again in a moment'));
    return new Promise((resolve, reject) => {
      this.queue.push({ inputs, outputs, rows, taken: 0, answered: 0, parts: [], isGone, resolve, reject });
      this.waitingRows[size] += rows;
      if (this.running) return;
      this.running = true;
      onceRead(() => void this.drain());
    });
  }

  private async drain(): Promise<void> {
    for (;;) {
      const slices = this.nextSlices();
      if (slices.length === 0) break;
      await this.run(slices);
      // Other calls, of this model and of others, get their turn.
      if (this.queue.length > 0) await new Promise<void>(onceRead);
    }
    this.running = false;
  }

  /**
   * The next rows of the calls from the front that ask for the same outputs, up to the slice's rows. A call that has
   * rows left goes to the end of the queue.
   */
  private nextSlices(): Slice[] {
    this.dropAbandoned();
    const slices: Slice[] = [];
    const key = this.queue[0]?.outputs.join();
    const unfinished: Call[] = [];
    let rows = 0;
    let count = 0;
    for (const call of this.queue) {
      if (rows >= this.sliceRows || call.outputs.join() !== key) break;
      const slice = { call, from: call.taken, rows: Math.min(call.rows - call.taken, this.sliceRows - rows) };
      slices.push(slice);
      rows += slice.rows;
      count += 1;
      this.take(call, slice.rows);
      if (call.taken < call.rows) unfinished.push(call);
    }
    this.queue = [...this.queue.slice(count), ...unfinished];
    return slices;
  }

  private dropAbandoned(): void {
    if (!this.queue.some((call) => call.isGone())) return;
    this.queue = this.queue.filter((call) => {
      if (!call.isGone()) return true;
      this.abandon(call, overloaded('the client disconnected'));
      return false;
    });
  }

  private take(call: Call, rows: number): void {
    call.taken += rows;
    this.waitingRows[sizeOf(call.rows)] -= rows;
  }

  /** Gives up what is left of a call. */
  private abandon(call: Call, error: unknown): void {
    this.take(call, call.rows - call.taken);
    call.reject(error);
  }

  private async run(slices: readonly Slice[]): Promise<void> {
    const started = performance.now();
    const counts = slices.map(({ rows }) => rows);
    const total = counts.reduce((a, b) => a + b);
    batchRan.publish({ model: this.loaded.name, rows: total, requests: slices.length });
    try {
      const inputs = slices.map(({ call, from, rows }) =>
        rows === call.rows ? call.inputs : rowsOf(call.inputs, from, rows),
      );
      const outputs = await this.loaded.model.infer(
        inputs.length === 1 ? inputs[0] : concatenate(inputs),
        slices[0].call.outputs,
      );
      this.adapt(total, performance.now() - started);
      // Nothing is cut that is not one answer a row: its parts would be other callers' answers.
      const fault = unlikeRows(outputs, total);
      if (fault !== undefined) throw new ModelInputError(fault);
      const parts = slices.length === 1 ? [outputs] : split(outputs, counts);
      slices.forEach(({ call }, i) => answer(call, parts[i]));
    } catch (error) {
      if (slices.length === 1) this.fail(slices[0], error);
      // One caller's bad row fails nobody else's: each is asked again alone.
      else for (const slice of slices) await this.run([slice]);
    }
  }

  private fail({ call, from }: Slice, error: unknown): void {
    this.queue = this.queue.filter((waiting) => waiting !== call);
    const isOfRow = error instanceof ModelInputError && error.row !== undefined;
    this.abandon(call, isOfRow ? new ModelInputError(error.message, error.row + from, error.feature) : error);
  }

  /** Few rows tell little of the pace: a call's fixed cost would be taken for theirs. */
  private adapt(rows: number, milliseconds: number): void {
    if (rows < Math.min(this.sliceRows, MIN_SLICE_ROWS)) return;
    const fitting = (rows * SLICE_MS) / Math.max(milliseconds, 0.01);
    // A slice that was slow by chance halves the next one at the most, and a quick one doubles it.
    const next = Math.min(Math.max(fitting, this.sliceRows / 2), this.sliceRows * 2);
    this.sliceRows = Math.round(Math.min(Math.max(next, MIN_SLICE_ROWS), MAX_SLICE_ROWS));
  }
}

function answer(call: Call, part: Tensor[]): void {
  call.parts.push(part);
  call.answered += part[0].shape[0];
  if (call.answered === call.rows) call.resolve(call.parts.length === 1 ? part : concatenate(call.parts));
}

const sizeOf = (rows: number): 'small' | 'large' => (rows > LARGE_CALL_ROWS ? 'large' : 'small');

const overloaded = (detail: string): ApiError =>
  new ApiError('overloaded', detail, { headers: { 'Retry-After': '1' } });
