import { ApiError } from '../common/errors.js';
import { batchRan } from '../common/events.js';
import { onceRead } from '../common/turn.js';
import type { LoadedVersion } from '../models/loaded-version.js';
import { ModelInputError, ModelStoppedError } from '../inference/model.js';
import { unlikeRows } from '../inference/rows.js';
import { rowCountOf, type Tensor } from '../inference/tensor.js';
import { concatenate, rowsOf, split } from './tensors.js';
import { at } from '../common/lists.js';

/** A request and how far it has been computed. */
interface Call {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly string[];
  readonly rows: number;
  /** Rows passed to the model so far. */
  taken: number;
  /** Results so far, in parts. */
  answered: number;
  readonly parts: Tensor[][];
  /** Whether the client has disconnected. */
  readonly isGone: () => boolean;
  /** In milliseconds of `performance.now()`. */
  readonly expiresAt: number;
  readonly resolve: (outputs: Tensor[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Some consecutive rows of a request: those that the model computes next. */
interface Slice {
  readonly call: Call;
  readonly from: number;
  readonly rows: number;
}

/**
 * Requests with more rows than this are large. Their waiting rows are counted separately, so that they cannot keep
 * small requests out.
 */
const LARGE_CALL_ROWS = 1024;
/** Maximum waiting rows of small and of large requests. Further requests are rejected. */
const QUEUE_ROWS = 100_000;

/** How long a slice may block the event loop, and its rows while the model's speed is unknown. */
const SLICE_MS = 1;
const FIRST_SLICE_ROWS = 256;
const MIN_SLICE_ROWS = 64;
const MAX_SLICE_ROWS = 65_536;

const stays = (): boolean => false;

/**
 * Shares a model whose rows are independent between requests. Rows of concurrent requests form slices of about 1 ms.
 * The rest of a long request is queued behind the next rows of the others, and the event loop turns between slices. An
 * idle model computes at the end of the current event-loop turn, without waiting for more requests.
 */
export class Batcher {
  private queue: Call[] = [];
  private readonly waitingRows = { small: 0, large: 0 };
  private running = false;
  private sliceRows = FIRST_SLICE_ROWS;

  constructor(
    private readonly loaded: Pick<LoadedVersion, 'name' | 'model' | 'version'>,
    /** A request that is not answered within these seconds is given up. */
    private readonly seconds = Infinity,
  ) {}

  /** Waiting rows. */
  get queueLength(): number {
    return this.waitingRows.small + this.waitingRows.large;
  }

  /**
   * @param isGone whether the client has disconnected; then the rest is not computed, and the promise rejects
   * @throws ApiError `overloaded` immediately if too many rows wait; errors of the model for these rows
   */
  infer(inputs: readonly Tensor[], outputs: readonly string[], isGone = stays): Promise<Tensor[]> {
    const rows = rowCountOf(at(inputs, 0));
    const size = sizeOf(rows);
    if (this.waitingRows[size] + rows > QUEUE_ROWS && this.waitingRows[size] > 0)
      return Promise.reject(overloaded('too many rows are waiting; try again in a moment'));
    return new Promise((resolve, reject) => {
      const expiresAt = performance.now() + this.seconds * 1000;
      this.queue.push({
        inputs,
        outputs,
        rows,
        taken: 0,
        answered: 0,
        parts: [],
        isGone,
        expiresAt,
        resolve,
        reject,
      });
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
      // Requests to this model and to others get their turn.
      if (this.queue.length > 0) await new Promise<void>(onceRead);
    }
    this.running = false;
  }

  /**
   * The next rows, up to the slice's size, of the first requests that need the same outputs. A request with rows left
   * moves to the end of the queue.
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
    const now = performance.now();
    if (!this.queue.some((call) => call.expiresAt < now || call.isGone())) return;
    this.queue = this.queue.filter((call) => {
      if (call.isGone()) this.abandon(call, overloaded('the client disconnected'));
      else if (call.expiresAt < now) this.abandon(call, this.expired(call));
      else return true;
      return false;
    });
  }

  private expired({ taken, rows }: Call): ModelStoppedError {
    return new ModelStoppedError(
      `the model answered ${taken} of ${rows} rows within ${this.seconds} s`,
      taken === 0,
    );
  }

  private take(call: Call, rows: number): void {
    call.taken += rows;
    this.waitingRows[sizeOf(call.rows)] -= rows;
  }

  /** Cancels the rest of a request. */
  private abandon(call: Call, error: unknown): void {
    this.take(call, call.rows - call.taken);
    call.reject(error);
  }

  private async run(slices: readonly Slice[]): Promise<void> {
    const started = performance.now();
    const counts = slices.map(({ rows }) => rows);
    const total = counts.reduce((a, b) => a + b);
    let isPublished = false;
    try {
      const inputs = slices.map(({ call, from, rows }) =>
        rows === call.rows ? call.inputs : rowsOf(call.inputs, from, rows),
      );
      const outputs = await this.loaded.model.infer(
        inputs.length === 1 ? at(inputs, 0) : concatenate(inputs),
        at(slices, 0).call.outputs,
      );
      this.publish(slices, total, started);
      isPublished = true;
      this.adapt(total, performance.now() - started);
      // Nothing is cut that is not one answer a row: its parts would be other callers' answers.
      const fault = unlikeRows(outputs, total);
      if (fault !== undefined) throw new ModelInputError(fault);
      const parts = slices.length === 1 ? [outputs] : split(outputs, counts);
      slices.forEach(({ call }, i) => answer(call, at(parts, i)));
    } catch (error) {
      if (!isPublished) this.publish(slices, total, started);
      if (slices.length === 1) this.fail(at(slices, 0), error);
      // A bad row must not fail other requests, so each request is computed again on its own.
      else for (const slice of slices) await this.run([slice]);
    }
  }

  private publish({ length: requests }: readonly Slice[], rows: number, started: number): void {
    const { name: model, version } = this.loaded;
    batchRan.publish({ model, version, rows, requests, milliseconds: performance.now() - started });
  }

  private fail({ call, from }: Slice, error: unknown): void {
    this.queue = this.queue.filter((waiting) => waiting !== call);
    const isOfRow = error instanceof ModelInputError && error.row !== undefined;
    this.abandon(call, isOfRow ? new ModelInputError(error.message, error.row + from, error.feature) : error);
  }

  /** A few rows say little about the speed, because a call of the model has a fixed cost. */
  private adapt(rows: number, milliseconds: number): void {
    if (rows < Math.min(this.sliceRows, MIN_SLICE_ROWS)) return;
    const fitting = (rows * SLICE_MS) / Math.max(milliseconds, 0.01);
    // The size changes by a factor of at most two at a time, so that one unusually slow or fast slice has little
    // effect.
    const next = Math.min(Math.max(fitting, this.sliceRows / 2), this.sliceRows * 2);
    this.sliceRows = Math.round(Math.min(Math.max(next, MIN_SLICE_ROWS), MAX_SLICE_ROWS));
  }
}

function answer(call: Call, part: Tensor[]): void {
  call.parts.push(part);
  call.answered += rowCountOf(at(part, 0));
  if (call.answered === call.rows) call.resolve(call.parts.length === 1 ? part : concatenate(call.parts));
}

const sizeOf = (rows: number): 'small' | 'large' => (rows > LARGE_CALL_ROWS ? 'large' : 'small');

const overloaded = (detail: string): ApiError =>
  new ApiError('overloaded', detail, { headers: { 'Retry-After': '1' } });
