import type { Feature, Signature } from '../inference/model.js';

/** A body for `POST /v1/models/NAME:predict` with one row that the signature allows; undefined for other than tables. */
export function exampleRequest({ features }: Signature): object | undefined {
  if (features === undefined) return undefined;
  return {
    instances: [Object.fromEntries(features.map((feature) => [feature.name, exampleValue(feature)]))],
  };
}

/** The first category, the middle of the range, or 0. */
function exampleValue({ datatype, categories, range }: Feature): string | number | boolean {
  const [category] = categories ?? [];
  if (category !== undefined) return category;
  if (datatype === 'BYTES') return 'text';
  if (datatype === 'BOOL') return false;
  if (range === undefined) return 0;
  const middle = (range[0] + range[1]) / 2;
  return datatype.startsWith('FP') ? Number(middle.toPrecision(4)) : Math.round(middle);
}
