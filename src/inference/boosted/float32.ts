/**
 * expf and logf as the C library computes them (glibc from 2.27 on, from Arm's optimized routines): a table and a
 * polynomial in double precision, rounded to float32 at the end. XGBoost calls them, so its probabilities and start
 * values have these bits.
 */

/** Bits of 2^(i/32) less i · 2^47, for i from 0 to 31. */
const EXP2_TABLE = BigUint64Array.from(
  (
    '3ff0000000000000 3fefd9b0d3158574 3fefb5586cf9890f 3fef9301d0125b51 3fef72b83c7d517b 3fef54873168b9aa ' +
    '3fef387a6e756238 3fef1e9df51fdee1 3fef06fe0a31b715 3feef1a7373aa9cb 3feedea64c123422 3feece086061892d ' +
    '3feebfdad5362a27 3feeb42b569d4f82 3feeab07dd485429 3feea47eb03a5585 3feea09e667f3bcd 3fee9f75e8ec5f74 ' +
    '3feea11473eb0187 3feea589994cce13 3feeace5422aa0db 3feeb737b0cdc5e5 3feec49182a3f090 3feed503b23e255d ' +
    '3feee89f995ad3ad 3feeff76f2fb5e47 3fef199bdd85529c 3fef3720dcef9069 3fef5818dcfba487 3fef7c97337b9b5f ' +
    '3fefa4afa2a490da 3fefd0765b6e4540'
  )
    .split(' ')
    .map((bits) => BigInt(`0x${bits}`)),
);

/** 2^(i/32) for i from 0 to 31, restored from the table's bits. */
const EXP2 = new Float64Array(EXP2_TABLE.map((bits, i) => bits + (BigInt(i) << 47n)).buffer);

const STEPS = 32;
const INVERSE_LN2 = hex(0x171547652b82fen, -52) * STEPS;
const EXP_C0 = hex(0x1c6af84b912394n, -57) / STEPS / STEPS / STEPS;
const EXP_C1 = hex(0x1ebfce50fac4f3n, -55) / STEPS / STEPS;
const EXP_C2 = hex(0x162e42ff0c52d6n, -53) / STEPS;
/** Adding and taking it away rounds to a whole number. */
const SHIFT = 1.5 * 2 ** 52;
/** Outside these, e^x overflows float32 or rounds to 0. */
const EXP_OVERFLOW = 88.72283935546875;
const EXP_UNDERFLOW = -103.97207641601562;

/** e^x in float32, for x in float32. */
export function expf(x: number): number {
  if (x > EXP_OVERFLOW) return Infinity;
  if (x < EXP_UNDERFLOW) return 0;
  const z = INVERSE_LN2 * x;
  const k = z + SHIFT - SHIFT;
  const r = z - k;
  const y = (EXP_C0 * r + EXP_C1) * (r * r) + (EXP_C2 * r + 1);
  const step = ((k % STEPS) + STEPS) % STEPS;
  return Math.fround(y * EXP2[step] * 2 ** ((k - step) / STEPS));
}

/** 1/c and ln c of the sixteen intervals of the mantissa, from 0.66 up. */
const LOG_TABLE = [
  [hex(0x1661ec79f8f3ben, -52), -hex(0x157bf7808caaden, -54)],
  [hex(0x1571ed4aaf883dn, -52), -hex(0x12bef0a7c06ddbn, -54)],
  [hex(0x149539f0f010b0n, -52), -hex(0x101eae7f513a67n, -54)],
  [hex(0x13c995b0b80385n, -52), -hex(0x1b31d8a68224e9n, -55)],
  [hex(0x130d190c8864a5n, -52), -hex(0x16574f0ac07758n, -55)],
  [hex(0x125e227b0b8ea0n, -52), -hex(0x11aa2bc79c8100n, -55)],
  [hex(0x11bb4a4a1a343fn, -52), -hex(0x1a4e76ce8c0e5en, -56)],
  [hex(0x112358f08ae5ban, -52), -hex(0x11973c5a611cccn, -56)],
  [hex(0x10953f419900a7n, -52), -hex(0x1252f438e10c1en, -57)],
  [1, 0],
  [hex(0x1e608cfd9a47acn, -53), hex(0x1aa5aa5df25984n, -57)],
  [hex(0x1ca4b31f026aa0n, -53), hex(0x1c5e53aa362eb4n, -56)],
  [hex(0x1b2036576afce6n, -53), hex(0x1526e57720db08n, -55)],
  [hex(0x19c2d163a1aa2dn, -53), hex(0x1bc2860d224770n, -55)],
  [hex(0x1886e6037841edn, -53), hex(0x11058bc8a07ee1n, -54)],
  [hex(0x1767dcf5534862n, -53), hex(0x14043057b6ee09n, -54)],
] as const;
const LN2 = hex(0x162e42fefa39efn, -53);
const LOG_A0 = -hex(0x100ea348b88334n, -54);
const LOG_A1 = hex(0x15575b0be00b6an, -54);
const LOG_A2 = -hex(0x1ffffef20a4123n, -54);
const LOG_OFFSET = 0x3f330000;

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** ln x in float32, for x in float32. */
export function logf(x: number): number {
  if (!(x > 0) || x === Infinity) return Math.log(x);
  const tiny = x < 2 ** -126;
  float[0] = tiny ? x * 2 ** 23 : x;
  const ix = bits[0];
  const offset = (ix - LOG_OFFSET) | 0;
  const [inverse, log] = LOG_TABLE[(offset >>> 19) & 15];
  bits[0] = ix - (offset & 0xff800000);
  const r = float[0] * inverse - 1;
  const y0 = log + ((offset >> 23) - (tiny ? 23 : 0)) * LN2;
  const r2 = r * r;
  return Math.fround((LOG_A0 * r2 + (LOG_A1 * r + LOG_A2)) * r2 + (y0 + r));
}

/** mantissa · 2^exponent, as C writes it in hexadecimal. */
function hex(mantissa: bigint, exponent: number): number {
  return Number(mantissa) * 2 ** exponent;
}

/** The largest float32 below x. For float32 values v, v < x means that v is at most this. */
export function previousFloat32(x: number): number {
  float[0] = x;
  if (float[0] === 0) return -(2 ** -149);
  if (float[0] === -Infinity || Number.isNaN(float[0])) return float[0];
  bits[0] += float[0] > 0 ? -1 : 1;
  return float[0];
}
