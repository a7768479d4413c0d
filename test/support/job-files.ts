/** The rows that the tests of batch jobs predict, and files of them. */
export const FEATURES = ['preg', 'plas', 'pres', 'skin', 'test', 'mass', 'pedi', 'age'];

/** Distinct rows, some of either class. */
export const ROWS = Array.from({ length: 40 }, (_, i) => [
  i % 9,
  80 + 3 * i,
  44,
  20,
  94,
  20.5 + i,
  0.4,
  21 + i,
]);

export const csv = (rows: readonly (readonly unknown[])[], header = FEATURES): string =>
  `${[header, ...rows].map((row) => row.join()).join('\n')}\n`;
