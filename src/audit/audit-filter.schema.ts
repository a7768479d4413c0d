import { z } from 'zod';
import { documentedAs } from '../common/components.js';
import { wholeNumber } from '../common/fields.js';
import { FILTER_COLUMNS, type FilterColumn, type FilterName } from '../trail/audit-columns.js';
import type { AuditFilter, FeatureFilter } from './audit-filter.js';
import { cursorParameter } from './audit-cursor.js';

/** Maximum feature filters, and maximum characters of a name or value. */
const FEATURES_LIMIT = 8;
const TEXT_LIMIT = 256;

const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** A date or a time, in UTC unless a zone is given. */
export const time = z.string().transform((value, context) => {
  const match = TIME.exec(value);
  const at = match ? Date.parse(value.length > 10 && !match[1] ? `${value}Z` : value) : NaN;
  if (Number.isNaN(at)) {
    context.addIssue('must be a date or a time, for example 2026-01-31T12:00:00Z');
    return z.NEVER;
  }
  return new Date(at).toISOString();
});

/** PostgreSQL has no NUL. */
export const word = z
  .string()
  .min(1, 'must not be empty')
  .max(TEXT_LIMIT)
  .refine((value) => !value.includes('\0'), 'must not contain a NUL character');

const status = z
  .string()
  .regex(/^[1-5](?:\d\d|xx)$/, 'must be an HTTP status (404) or a class (4xx)')
  .transform((value) => ({
    class: Number(value[0]),
    ...(!value.endsWith('xx') && { code: Number(value) }),
  }));

/** The form of a filter's value, by its column. */
function filterOf({ name, column }: FilterColumn): z.ZodType {
  if (name === 'status') return status.optional().describe('HTTP status (`404`) or class (`4xx`)');
  const form = column.values
    ? z.enum(column.values)
    : column.type === 'integer'
      ? wholeNumber(1, 999_999_999)
      : word;
  return form.optional().describe(column.description);
}

const FILTERS = {
  from: time
    .optional()
    .describe('Start of the time range, inclusive: a date or a time, UTC unless a zone is given'),
  to: time.optional().describe('End of the time range, exclusive: a date or a time'),
  ...(Object.fromEntries(FILTER_COLUMNS.map((each) => [each.name, filterOf(each)])) as unknown as Record<
    FilterName,
    z.ZodOptional<z.ZodType>
  >),
};

/** Names and descriptions of the filters with one value. `feature` may be repeated. */
export const FILTER_TEXTS = Object.entries(FILTERS).map(([name, form]) => ({
  name: name as keyof typeof FILTERS,
  description: form.description!,
}));

const named = z.preprocess(
  (given) => (typeof given === 'string' ? splitFeature(given) : given),
  z.object({ name: word, value: word }, 'must be NAME:VALUE'),
);

const feature = documentedAs(
  z.preprocess((given) => [given].flat(), z.array(named).max(FEATURES_LIMIT)),
  { type: 'array', items: { type: 'string' }, maxItems: FEATURES_LIMIT },
)
  .optional()
  .describe('`NAME:VALUE`: value of a recorded input; `feature.NAME=VALUE` is equivalent');

/**
 * Filters of the trail as parameters of `GET /v1/audit` and the commands have them, with further ones.
 * @param shape of the further parameters
 */
export const filterSchema = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.preprocess(gatherFeatures, z.strictObject({ ...FILTERS, feature, ...shape })).transform((parameters) => {
    const { feature: features = [] } = parameters as { feature?: FeatureFilter[] };
    const filter = Object.fromEntries(
      FILTER_TEXTS.map(({ name }) => [name, (parameters as Record<string, unknown>)[name]]),
    ) as Omit<AuditFilter, 'features'>;
    return { ...(parameters as z.output<z.ZodObject<Shape>>), filter: { ...filter, features } };
  });

/** `feature.NAME=VALUE` joins the list of `feature`. */
function gatherFeatures(given: unknown): unknown {
  if (typeof given !== 'object' || given === null) return given;
  const entries: [string, unknown][] = Object.entries(given);
  const dotted = entries.filter(([name]) => name.startsWith('feature.'));
  if (dotted.length === 0) return given;
  const others = entries.filter(([name]) => !name.startsWith('feature.'));
  const { feature: list = [], ...rest } = Object.fromEntries(others) as { feature?: unknown };
  const added = dotted.map(([name, value]) => ({ name: name.slice('feature.'.length), value }));
  return { ...rest, feature: [list, added].flat() };
}

function splitFeature(text: string): unknown {
  const at = text.indexOf(':');
  return at < 1 ? undefined : { name: text.slice(0, at), value: text.slice(at + 1) };
}

const order = z.enum(['asc', 'desc']);

export const AUDIT_QUERY = filterSchema({
  order: order.default('desc'),
  limit: wholeNumber(1, 1000).default(100).describe('Records per page, at most 1,000'),
  cursor: cursorParameter.optional().describe('`next` of the previous page'),
});
export type AuditQueryParameters = z.output<typeof AUDIT_QUERY>;

export const EXPORT_QUERY = filterSchema({
  format: z.enum(['csv', 'ndjson']).default('csv'),
  order: order.default('asc'),
});
export type ExportQuery = z.output<typeof EXPORT_QUERY>;

export const FILTER = filterSchema({});
