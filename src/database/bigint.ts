import type { ColumnOptions } from 'typeorm';

/**
 * Column options of a 64-bit integer that is a number in memory. SQLite returns a number, PostgreSQL's driver a string; the
 * values stored (file sizes, times in milliseconds, rows) are below 2^53.
 */
export const bigint = {
  type: 'bigint',
  transformer: { to: (value: unknown) => value, from: Number },
} as const satisfies ColumnOptions;
