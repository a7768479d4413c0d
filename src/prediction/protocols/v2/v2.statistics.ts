import { Injectable } from '@nestjs/common';
import { type BatchRan, batchRan, type Inferred, inferred } from '../../../common/events.js';

/** How often something was done, and how long it took in total. */
export interface Duration {
  readonly count: number;
  readonly ns: number;
}

const PHASES = [
  'success',
  'fail',
  'queue',
  'compute_input',
  'compute_infer',
  'compute_output',
  'cache_hit',
  'cache_miss',
] as const;

/** Triton's `model_stats` (extension_statistics.md), of this process. */
export interface ModelStatistics {
  readonly name: string;
  readonly version: string;
  /** Milliseconds since 1970; 0 if there was none. */
  readonly last_inference: number;
  /** Rows. */
  readonly inference_count: number;
  /** Calls of the model, each for a batch of rows. */
  readonly execution_count: number;
  readonly inference_stats: Readonly<Record<(typeof PHASES)[number], Duration>>;
  readonly batch_stats: readonly ({ readonly batch_size: number } & Readonly<
    Record<'compute_input' | 'compute_infer' | 'compute_output', Duration>
  >)[];
}

/** In milliseconds. */
interface Total {
  count: number;
  ms: number;
}

interface Tally {
  lastInference: number;
  rows: number;
  readonly success: Total;
  readonly fail: Total;
  readonly batches: Map<number, Total>;
}

/** Batch sizes that are told apart. */
const SIZES_LIMIT = 256;
const NONE: Duration = { count: 0, ns: 0 };

/** Counts what each version computes, for the statistics extension. */
@Injectable()
export class V2Statistics {
  private readonly tallies = new Map<string, Tally>();

  constructor() {
    inferred.subscribe((event) => this.infer(event));
    batchRan.subscribe((event) => this.batch(event));
  }

  of(name: string, version: number): ModelStatistics {
    const { lastInference, rows, success, fail, batches } = this.tally(name, version);
    const sizes = [...batches].sort(([a], [b]) => a - b);
    const computed = sizes.reduce((sum, [, { count, ms }]) => add(sum, count, ms), { count: 0, ms: 0 });
    // A model whose rows depend on one another is called once a request, and never waits for a batch.
    const compute = sizes.length > 0 ? computed : success;
    const queued = { count: success.count, ms: Math.max(0, success.ms - compute.ms) };
    return {
      name,
      version: String(version),
      last_inference: lastInference,
      inference_count: rows,
      execution_count: compute.count,
      inference_stats: {
        success: durationOf(success),
        fail: durationOf(fail),
        queue: durationOf(queued),
        compute_input: NONE,
        compute_infer: durationOf({ count: success.count, ms: Math.min(compute.ms, success.ms) }),
        compute_output: NONE,
        cache_hit: NONE,
        cache_miss: NONE,
      },
      batch_stats: sizes.map(([size, total]) => ({
        batch_size: size,
        compute_input: NONE,
        compute_infer: durationOf(total),
        compute_output: NONE,
      })),
    };
  }

  private infer({ model, version, rows, startedAt, endedAt, failed }: Inferred): void {
    const tally = this.tally(model, version);
    add(failed ? tally.fail : tally.success, 1, endedAt - startedAt);
    if (failed) return;
    tally.rows += rows;
    tally.lastInference = Date.now();
  }

  private batch({ model, version, rows, milliseconds }: BatchRan): void {
    const { batches } = this.tally(model, version);
    let total = batches.get(rows);
    if (!total) {
      if (batches.size >= SIZES_LIMIT) return;
      batches.set(rows, (total = { count: 0, ms: 0 }));
    }
    add(total, 1, milliseconds);
  }

  private tally(model: string, version: number): Tally {
    const key = `${version} ${model}`;
    let tally = this.tallies.get(key);
    if (!tally) {
      const zero = (): Total => ({ count: 0, ms: 0 });
      tally = { lastInference: 0, rows: 0, success: zero(), fail: zero(), batches: new Map() };
      this.tallies.set(key, tally);
    }
    return tally;
  }
}

function add(total: Total, count: number, ms: number): Total {
  total.count += count;
  total.ms += ms;
  return total;
}

const durationOf = ({ count, ms }: Total): Duration => ({ count, ns: Math.round(ms * 1e6) });
