import { z } from 'zod';

/** A feature or tensor element in JSON; lists for tensors with more than one dimension. */
export const VALUE = z
  .union([z.number(), z.string(), z.boolean(), z.null(), z.array(z.unknown())])
  .meta({ id: 'Value', description: 'A number, text or flag, null if it is missing, or a list of values' });

export const ROW = z
  .union([z.array(VALUE), z.record(z.string(), VALUE), z.number(), z.string(), z.boolean()])
  .meta({
    id: 'Row',
    description:
      "A list in the order of the model's features, an object by feature name, or the value itself if there is one feature",
  });

export const ROWS = z.array(ROW).min(1);

/** Columns by name, each with one value per row. */
export const COLUMNS = z.record(z.string(), z.array(VALUE).min(1));

/** A row of the included model, for examples. */
export const EXAMPLE_ROW = [3, 102, 44, 20, 94, 30.8, 0.4, 26];

/** Errors that a prediction of any protocol can have, besides those of its token and body. */
export const PREDICTION_ERRORS = [
  'model_not_found',
  'rate_limited',
  'quota_exceeded',
  'model_not_ready',
  'audit_unavailable',
] as const;
