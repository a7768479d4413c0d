/** One row for the model diabetes, as a list and by feature name. */
export const PATIENT = [3, 102, 44, 20, 94, 30.8, 0.4, 26];
export const NAMES = ['preg', 'plas', 'pres', 'skin', 'test', 'mass', 'pedi', 'age'];
export const AS_OBJECT = Object.fromEntries(NAMES.map((name, i) => [name, PATIENT[i]]));

/** A tensor of V2, by default one row for the model diabetes. */
export const tensor = (data: unknown[], shape = [1, 8], datatype = 'FP64') => ({
  name: 'anything',
  shape,
  datatype,
  data,
});
