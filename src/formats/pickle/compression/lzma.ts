/**
 * The LZMA decoder of the LZMA specification (https://www.7-zip.org/sdk.html, lzma-specification.txt, public domain).
 * Decoders on npm that are kept give no bound on their output; this one stops at its Output's.
 */
import { ModelFileError } from '../../../inference/model.js';
import { LengthDecoder, newProbabilities, RangeDecoder } from './range-decoder.js';
import type { Output } from './output.js';

const STATES = 12;
const POSITION_STATES = 16;
const SLOT_BITS = 6;
const FIRST_MODELLED_SLOT = 4;
const FIRST_DIRECT_SLOT = 14;
const MIN_MATCH = 2;
const END_MARK = 0xffffffff;

export interface LzmaProperties {
  readonly literalContextBits: number;
  readonly literalPositionBits: number;
  readonly positionBits: number;
}

/** lc, lp and pb of a properties byte. @throws ModelFileError if the byte is invalid */
export function lzmaProperties(byte: number): LzmaProperties {
  if (byte >= 9 * 5 * 5) throw new ModelFileError('the LZMA data of the file are damaged');
  return {
    literalContextBits: byte % 9,
    literalPositionBits: Math.floor(byte / 9) % 5,
    positionBits: Math.floor(byte / 45),
  };
}

/** State of one LZMA stream, or of the chunks of an LZMA2 one that share it. */
export class LzmaDecoder {
  private readonly literals: Uint16Array;
  private readonly isMatch = newProbabilities(STATES * POSITION_STATES);
  private readonly isRep = newProbabilities(STATES);
  private readonly isRepG0 = newProbabilities(STATES);
  private readonly isRepG1 = newProbabilities(STATES);
  private readonly isRepG2 = newProbabilities(STATES);
  private readonly isRep0Long = newProbabilities(STATES * POSITION_STATES);
  private readonly slots = Array.from({ length: 4 }, () => newProbabilities(1 << SLOT_BITS));
  private readonly distances = newProbabilities(128);
  private readonly align = newProbabilities(16);
  private readonly matchLength = new LengthDecoder();
  private readonly repLength = new LengthDecoder();
  private readonly reps = [0, 0, 0, 0];
  private state = 0;

  /** @param start length of the output where the dictionary begins */
  constructor(
    private readonly properties: LzmaProperties,
    private readonly output: Output,
    private readonly start: number,
  ) {
    this.literals = newProbabilities(
      0x300 << (properties.literalContextBits + properties.literalPositionBits),
    );
  }

  /**
   * Decodes until the output has grown to `end` bytes, or up to the end mark where the stream has one.
   * @throws ModelFileError where the data are damaged or the output's bound is passed
   */
  decode(range: RangeDecoder, end: number): void {
    const { output } = this;
    while (output.length < end) {
      const positionState = (output.length - this.start) & ((1 << this.properties.positionBits) - 1);
      const at = this.state * POSITION_STATES + positionState;
      if (range.bit(this.isMatch, at) === 0) this.literal(range);
      else if (range.bit(this.isRep, this.state) === 1) this.repeat(range, positionState, at, end);
      else if (!this.match(range, positionState, end)) return;
    }
  }

  private literal(range: RangeDecoder): void {
    const { output, properties } = this;
    const { literalContextBits: lc, literalPositionBits: lp } = properties;
    const position = output.length - this.start;
    const previous = position > 0 ? output.back(1) : 0;
    const context = ((position & ((1 << lp) - 1)) << lc) + (previous >> (8 - lc));
    const base = 0x300 * context;
    let symbol = 1;
    if (this.state >= 7) {
      let matched = this.byteAt(this.reps[0]);
      while (symbol < 0x100) {
        const matchBit = (matched >> 7) & 1;
        matched <<= 1;
        const bit = range.bit(this.literals, base + ((1 + matchBit) << 8) + symbol);
        symbol = (symbol << 1) | bit;
        if (matchBit !== bit) break;
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | range.bit(this.literals, base + symbol);
    output.writeByte(symbol & 0xff);
    this.state = this.state < 4 ? 0 : this.state < 10 ? this.state - 3 : this.state - 6;
  }

  private repeat(range: RangeDecoder, positionState: number, at: number, end: number): void {
    const { reps, state } = this;
    if (range.bit(this.isRepG0, state) === 0) {
      if (range.bit(this.isRep0Long, at) === 0) {
        this.state = state < 7 ? 9 : 11;
        this.output.writeByte(this.byteAt(reps[0]));
        return;
      }
    } else {
      const which = range.bit(this.isRepG1, state) === 0 ? 1 : range.bit(this.isRepG2, state) === 0 ? 2 : 3;
      reps.unshift(...reps.splice(which, 1));
    }
    const length = this.repLength.decode(range, positionState);
    this.state = state < 7 ? 8 : 11;
    this.copy(length + MIN_MATCH, end);
  }

  /** @returns false at the end mark */
  private match(range: RangeDecoder, positionState: number, end: number): boolean {
    const length = this.matchLength.decode(range, positionState);
    this.state = this.state < 7 ? 7 : 10;
    const distance = this.distance(range, length);
    if (distance === END_MARK) return false;
    this.reps.unshift(distance);
    this.reps.pop();
    this.copy(length + MIN_MATCH, end);
    return true;
  }

  private distance(range: RangeDecoder, length: number): number {
    const slot = range.tree(this.slots[Math.min(length, 3)], SLOT_BITS);
    if (slot < FIRST_MODELLED_SLOT) return slot;
    const bits = (slot >> 1) - 1;
    const base = (2 | (slot & 1)) * 2 ** bits;
    if (slot < FIRST_DIRECT_SLOT) return base + range.reverseTree(this.distances, base - slot, bits);
    return base + range.direct(bits - 4) * 16 + range.reverseTree(this.align, 0, 4);
  }

  private copy(length: number, end: number): void {
    if (this.output.length + length > end) throw new ModelFileError('the LZMA data of the file are damaged');
    const distance = this.reps[0];
    for (let i = 0; i < length; i++) this.output.writeByte(this.byteAt(distance));
  }

  private byteAt(distance: number): number {
    if (distance >= this.output.length - this.start) {
      throw new ModelFileError('the LZMA data of the file are damaged');
    }
    return this.output.back(distance + 1);
  }
}

/**
 * Decodes an .lzma file ("LZMA alone"): properties, dictionary size, size or -1, stream.
 * @throws ModelFileError where it is damaged or the output's bound is passed
 */
export function decodeLzmaAlone(bytes: Uint8Array, output: Output): void {
  if (bytes.length < 13) throw new ModelFileError('the LZMA data of the file are damaged');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = view.getBigUint64(5, true);
  const known = size !== 0xffffffffffffffffn;
  const decoder = new LzmaDecoder(lzmaProperties(bytes[0]), output, 0);
  decoder.decode(new RangeDecoder(bytes, 13, bytes.length), known ? Number(size) : Infinity);
}
