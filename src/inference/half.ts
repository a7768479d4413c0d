/**
 * IEEE 754 binary16 ↔ float32, because Node 20 has no Float16Array. Widening is exact; narrowing rounds to nearest,
 * ties to even.
 */
const scratch = new DataView(new ArrayBuffer(4));

export function widenHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

export function narrowToHalf(value: number): number {
  scratch.setFloat32(0, value);
  const sign = (scratch.getUint32(0) >>> 16) & 0x8000;
  const magnitude = Math.abs(value);
  if (Number.isNaN(value)) return sign | 0x7e00;
  // 65520 is half-way between the largest finite half and the next power of two, and rounds up.
  if (magnitude >= 65520) return sign | 0x7c00;
  const exponent = magnitude < 2 ** -14 ? -14 : ((scratch.getUint32(0) >>> 23) & 0xff) - 127;
  // If rounding overflows the significand, the carry increments the exponent field, which is correct.
  const significand = roundTiesToEven(magnitude * 2 ** (10 - exponent));
  return sign | (magnitude < 2 ** -14 ? significand : significand + ((exponent + 14) << 10));
}

function roundTiesToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
