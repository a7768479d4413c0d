/** Seeded damage to files. The same seed gives the same files. */

/** Mulberry32 (Tommy Ettinger, public domain): numbers in [0, 1) from a 32-bit seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Random = (below: number) => number;
type Mutation = (bytes: Buffer, random: Random, other: Buffer) => Buffer;

/** Opcodes that create, fill, call, name and memoise: the most interesting replacements. */
const OPCODES = Buffer.from([
  ...Array.from('()012.BCGIJKLMNPQRSTUVX]abcdeghijloqrstu}', (code) => code.charCodeAt(0)),
  ...Array.from({ length: 0x99 - 0x80 }, (_, i) => 0x80 + i),
]);
const SIZES = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff];

const MUTATIONS: readonly Mutation[] = [
  function flipBits(bytes, random) {
    const out = Buffer.from(bytes);
    for (let i = random(8); i >= 0; i--) out[random(out.length)] ^= 1 << random(8);
    return out;
  },
  function setBytes(bytes, random) {
    const out = Buffer.from(bytes);
    for (let i = random(8); i >= 0; i--) out[random(out.length)] = random(256);
    return out;
  },
  function swapOpcodes(bytes, random) {
    const out = Buffer.from(bytes);
    for (let i = random(4); i >= 0; i--) {
      const at = positionWhere(out, random, (byte) => OPCODES.includes(byte));
      out[at] = OPCODES[random(OPCODES.length)];
    }
    return out;
  },
  function truncate(bytes, random) {
    return bytes.subarray(0, random(bytes.length));
  },
  function insert(bytes, random) {
    const at = random(bytes.length);
    const added = Buffer.from(Array.from({ length: 1 + random(16) }, () => OPCODES[random(OPCODES.length)]));
    return Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at)]);
  },
  function remove(bytes, random) {
    const at = random(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random(32))]);
  },
  function repeat(bytes, random) {
    const at = random(bytes.length);
    const part = bytes.subarray(at, at + 1 + random(256));
    return Buffer.concat([
      bytes.subarray(0, at),
      ...Array.from({ length: 1 + random(50) }, () => part),
      bytes.subarray(at),
    ]);
  },
  function splice(bytes, random, other) {
    return Buffer.concat([bytes.subarray(0, random(bytes.length)), other.subarray(random(other.length))]);
  },
  function changeSizes(bytes, random) {
    const out = Buffer.from(bytes);
    for (let i = random(3); i >= 0; i--) {
      const at = random(Math.max(1, out.length - 4));
      out.writeUInt32LE(SIZES[random(SIZES.length)], Math.min(at, Math.max(0, out.length - 4)));
    }
    return out;
  },
];

/**
 * The file with its first frame's size set to 0, which the reader accepts. Otherwise every mutation that changes the
 * length would be detected there and test nothing else.
 */
export function unframed(bytes: Buffer): Buffer {
  const isFramed = bytes[0] === 0x80 && bytes[2] === 0x95;
  return isFramed ? Buffer.concat([bytes.subarray(0, 3), Buffer.alloc(8), bytes.subarray(11)]) : bytes;
}

/** A damaged copy of one of the files: one to three mutations, one after the other. */
export function mutant(files: readonly Buffer[], next: () => number): Buffer {
  const random: Random = (below) => Math.floor(next() * below);
  let bytes = files[random(files.length)];
  for (let i = random(3); i >= 0 && bytes.length >= 8; i--) {
    bytes = MUTATIONS[random(MUTATIONS.length)](bytes, random, files[random(files.length)]);
  }
  return bytes;
}

function positionWhere(bytes: Buffer, random: Random, matches: (byte: number) => boolean): number {
  const start = random(bytes.length);
  for (let i = 0; i < bytes.length; i++) {
    const at = (start + i) % bytes.length;
    if (matches(bytes[at])) return at;
  }
  return start;
}
