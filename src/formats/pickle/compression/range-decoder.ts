/** The binary range coder of LZMA, with the trees of bits and the code for lengths that are built on it. */
import { ModelFileError } from '../../../inference/model.js';

const PROBABILITY_BITS = 11;
const EVEN_ODDS = 1 << (PROBABILITY_BITS - 1);
const ADAPTATION = 5;
const TOP = 2 ** 24;

export function newProbabilities(count: number): Uint16Array {
  return new Uint16Array(count).fill(EVEN_ODDS);
}

export class RangeDecoder {
  private range = 0xffffffff;
  private code = 0;

  /** @param end position behind the last byte that belongs to the stream */
  constructor(
    private readonly bytes: Uint8Array,
    private position: number,
    private readonly end: number,
  ) {
    if (this.next() !== 0) throw damaged();
    for (let i = 0; i < 4; i++) this.code = ((this.code << 8) | this.next()) >>> 0;
  }

  /** One bit by the probability at `index`, which adapts to it. */
  bit(probabilities: Uint16Array, index: number): 0 | 1 {
    const p = probabilities[index];
    const bound = (this.range >>> PROBABILITY_BITS) * p;
    if (this.code < bound) {
      this.range = bound;
      probabilities[index] = p + ((2 * EVEN_ODDS - p) >> ADAPTATION);
      this.normalise();
      return 0;
    }
    this.range -= bound;
    this.code -= bound;
    probabilities[index] = p - (p >> ADAPTATION);
    this.normalise();
    return 1;
  }

  /** `count` bits of even odds, highest first. */
  direct(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) {
      this.range >>>= 1;
      const bit = this.code >= this.range ? 1 : 0;
      if (bit === 1) this.code -= this.range;
      this.normalise();
      value = value * 2 + bit;
    }
    return value;
  }

  /** A number of `bits` bits, highest first. */
  tree(probabilities: Uint16Array, bits: number, offset = 0): number {
    let node = 1;
    for (let i = 0; i < bits; i++) node = (node << 1) | this.bit(probabilities, offset + node);
    return node - (1 << bits);
  }

  /** A number of `bits` bits, lowest first. */
  reverseTree(probabilities: Uint16Array, offset: number, bits: number): number {
    let node = 1;
    let value = 0;
    for (let i = 0; i < bits; i++) {
      const bit = this.bit(probabilities, offset + node);
      node = (node << 1) | bit;
      value |= bit << i;
    }
    return value;
  }

  private normalise(): void {
    if (this.range >= TOP) return;
    this.range = (this.range << 8) >>> 0;
    this.code = ((this.code << 8) | this.next()) >>> 0;
  }

  private next(): number {
    if (this.position >= this.end) throw damaged();
    return this.bytes[this.position++];
  }
}

/** Lengths of matches, less two. */
export class LengthDecoder {
  private readonly choice = newProbabilities(2);
  private readonly low = newProbabilities(16 * 8);
  private readonly middle = newProbabilities(16 * 8);
  private readonly high = newProbabilities(256);

  decode(range: RangeDecoder, positionState: number): number {
    if (range.bit(this.choice, 0) === 0) return range.tree(this.low, 3, 8 * positionState);
    if (range.bit(this.choice, 1) === 0) return 8 + range.tree(this.middle, 3, 8 * positionState);
    return 16 + range.tree(this.high, 8);
  }
}

function damaged(): ModelFileError {
  return new ModelFileError('the LZMA data of the file are damaged or cut short');
}
