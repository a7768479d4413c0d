const N = 624;
const M = 397;
const UPPER = 0x80000000;
const LOWER = 0x7fffffff;
const TWIST = 0x9908b0df;

/**
 * numpy's legacy `RandomState`: the generator MT19937 (Matsumoto and Nishimura 1998), seeded with one 32-bit
 * number. numpy's compatibility policy (NEP 19) freezes the stream, so a seed gives the same permutation
 * everywhere.
 */
export class RandomState {
  private readonly state = new Uint32Array(N);
  private position = N;

  /** @param seed an integer from 0 to 2³² − 1 */
  constructor(seed: number) {
    this.state[0] = seed;
    for (let i = 1; i < N; i++) {
      const previous = this.state[i - 1] ^ (this.state[i - 1] >>> 30);
      this.state[i] = Math.imul(1812433253, previous) + i;
    }
  }

  /** The numbers 0 … n − 1 in random order, equal to `RandomState.permutation(n)`. */
  permutation(n: number): Int32Array {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.interval(i);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }

  /** A number from 0 to `max` (below 2³²): draws numbers with the bits of `max` until one is not larger. */
  private interval(max: number): number {
    const mask = 0xffffffff >>> Math.clz32(max);
    for (;;) {
      const value = (this.next() & mask) >>> 0;
      if (value <= max) return value;
    }
  }

  private next(): number {
    if (this.position === N) this.refill();
    let y = this.state[this.position++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  private refill(): void {
    const { state } = this;
    for (let i = 0; i < N; i++) {
      const y = (state[i] & UPPER) | (state[(i + 1) % N] & LOWER);
      state[i] = state[(i + M) % N] ^ (y >>> 1) ^ (y & 1 ? TWIST : 0);
    }
    this.position = 0;
  }
}
