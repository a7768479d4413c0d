import { LRUCache } from 'lru-cache';

/** A number of events that may pass at once, and how many more each second. */
interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

interface Bucket {
  left: number;
  /** `performance.now()` when `left` was right. */
  at: number;
  heldBack: number;
}

/** Keys remembered; each takes about 100 bytes. */
const KEYS_LIMIT = 10_000;

/** Lets a bounded number of events pass, of each key and of all keys together, and counts the others. */
export class Sampler {
  private readonly total: Bucket;
  private readonly buckets = new LRUCache<string, Bucket>({
    max: KEYS_LIMIT,
    dispose: ({ heldBack }) => (this.total.heldBack += heldBack),
  });

  constructor(
    private readonly each: Rate,
    private readonly all: Rate,
  ) {
    this.total = full(all, performance.now());
  }

  /** @returns how many events were held back since the last one that passed; undefined if this one is held back */
  pass(key: string): number | undefined {
    const now = performance.now();
    let bucket = this.buckets.get(key);
    if (!bucket) this.buckets.set(key, (bucket = full(this.each, now)));
    refill(bucket, this.each, now);
    refill(this.total, this.all, now);
    if (bucket.left < 1 || this.total.left < 1) {
      bucket.heldBack += 1;
      return undefined;
    }
    bucket.left -= 1;
    this.total.left -= 1;
    const heldBack = bucket.heldBack + this.total.heldBack;
    bucket.heldBack = 0;
    this.total.heldBack = 0;
    return heldBack;
  }
}

const full = ({ burst }: Rate, now: number): Bucket => ({ left: burst, at: now, heldBack: 0 });

function refill(bucket: Bucket, { burst, perSecond }: Rate, now: number): void {
  bucket.left = Math.min(burst, bucket.left + ((now - bucket.at) / 1000) * perSecond);
  bucket.at = now;
}
