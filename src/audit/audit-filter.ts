import { z } from 'zod';
import { ApiError } from '../common/errors.js';

/** A filter for the value of a recorded input, by feature name. */
export interface FeatureFilter {
  readonly name: string;
  readonly value: string;
}

export interface AuditFilter {
  /** ISO 8601, UTC, milliseconds; `from` is inclusive, `to` exclusive. */
  readonly from?: string;
  readonly to?: string;
  readonly user?: string;
  readonly model?: string;
  readonly version?: number;
  readonly kind?: 'prediction' | 'request' | 'administration';
  readonly action?: string;
  readonly status?: { readonly class: number; readonly code?: number };
  readonly request_id?: string;
  readonly subject?: string;
  readonly client_id?: string;
  readonly features: readonly FeatureFilter[];
}

export type Order = 'asc' | 'desc';
export type Parameters = Readonly<Record<string, unknown>>;

/** Maximum feature filters, and maximum characters of a name or value. */
const FEATURES_LIMIT = 8;
const TEXT_LIMIT = 256;

const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** A date or a time, in UTC unless a zone is given. */
const time = z.string().transform((value, context) => {
  const match = TIME.exec(value);
  const at = match ? Date.parse(value.length > 10 && !match[1] ? `${value}Z` : value) : NaN;
  if (Number.isNaN(at)) {
    context.addIssue('must be a date or a time, for example 2026-01-31T12:00:00Z');
    return z.NEVER;
  }
  return new Date(at).toISOString();
});

const text = z
  .string('must be given once')
  .min(1, 'must not be empty')
  .max(TEXT_LIMIT, `must have at most ${TEXT_LIMIT} characters`)
  // PostgreSQL does not accept this character.
  .refine((value) => !value.includes('\0'), 'must not contain a NUL character');

const version = z
  .string('must be given once')
  .regex(/^[1-9]\d{0,8}$/, 'must be a positive whole number')
  .transform(Number);

const status = z
  .string('must be given once')
  .regex(/^[1-5](?:\d\d|xx)$/, 'must be an HTTP status (404) or a class (4xx)')
  .transform((value) => ({
    class: Number(value[0]),
    ...(!value.endsWith('xx') && { code: Number(value) }),
  }));

const FILTERS = {
  from: time.optional(),
  to: time.optional(),
  user: text.optional(),
  model: text.optional(),
  version: version.optional(),
  kind: z
    .enum(['prediction', 'request', 'administration'], 'must be prediction, request or administration')
    .optional(),
  action: text.optional(),
  status: status.optional(),
  request_id: text.optional(),
  subject: text.optional(),
  client_id: text.optional(),
};

/** Names of the filters with one value. `feature` may be repeated. */
export const FILTER_NAMES = Object.keys(FILTERS) as (keyof typeof FILTERS)[];

/**
 * Parses the filters of `GET /v1/audit` and of the commands, with additional parameters of their own.
 * @param shape zod types of the additional parameters
 * @throws ApiError `bad_request` that names every wrong or unknown parameter
 */
export function parseFilter<Shape extends z.ZodRawShape>(
  given: Parameters,
  shape: Shape,
): { filter: AuditFilter; options: z.output<z.ZodObject<Shape>> } {
  const plain: Record<string, unknown> = {};
  const features: FeatureFilter[] = [];
  for (const [name, value] of Object.entries(given)) {
    if (name === 'feature') for (const each of [value].flat()) features.push(namedFeature(each));
    else if (name.startsWith('feature.')) features.push(featureOf(name.slice('feature.'.length), value));
    else plain[name] = value;
  }
  if (features.length > FEATURES_LIMIT)
    throw wrong('feature', `can be given at most ${FEATURES_LIMIT} times`);
  const parsed = z.strictObject({ ...FILTERS, ...shape }).safeParse(plain);
  if (!parsed.success) throw faultsOf(parsed.error);
  return {
    filter: { ...(parsed.data as Omit<AuditFilter, 'features'>), features },
    options: parsed.data as z.output<z.ZodObject<Shape>>,
  };
}

function namedFeature(given: unknown): FeatureFilter {
  const at = typeof given === 'string' ? given.indexOf(':') : -1;
  if (at < 1) throw wrong('feature', 'must be NAME:VALUE');
  return featureOf((given as string).slice(0, at), (given as string).slice(at + 1));
}

function featureOf(name: string, value: unknown): FeatureFilter {
  const parsed = z.object({ name: text, value: text }).safeParse({ name, value });
  if (!parsed.success)
    throw wrong(
      `feature.${name.slice(0, 100)}`,
      parsed.error.issues.map(({ message }) => message).join('; '),
    );
  return parsed.data;
}

const wrong = (name: string, message: string): ApiError =>
  new ApiError('bad_request', `${name} ${message}`, {
    faults: [{ loc: ['query', name], msg: message, type: 'value_error' }],
  });

function faultsOf({ issues }: z.ZodError): ApiError {
  const faults = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          loc: ['query', key.slice(0, 100)],
          msg: 'is an unknown parameter',
          type: 'value_error.extra',
        }))
      : [{ loc: ['query', String(issue.path[0])], msg: issue.message, type: 'value_error' }],
  );
  return new ApiError('bad_request', faults.map(({ loc, msg }) => `${loc[1]} ${msg}`).join('; '), { faults });
}
