/** Figures held against the targets. */

export const atLeast = (what, value, target, unit = '×') => verdict(what, value, '≥', target, unit);
export const atMost = (what, value, target, unit = '×') => verdict(what, value, '≤', target, unit);

/** A target whose subject could not run here. */
export const notMeasured = (what, target, why) => ({ what, target, value: why, reached: undefined });

function verdict(what, value, sign, target, unit) {
  const reached = sign === '≥' ? value >= target : value <= target;
  return { what, value: `${format(value)} ${unit}`, target: `${sign} ${target} ${unit}`, reached };
}

/** A number with three significant digits, thousands separated. */
export function format(value) {
  if (typeof value !== 'number') return String(value);
  const digits = Math.abs(value) >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 };
  return value.toLocaleString('en-US', digits);
}
