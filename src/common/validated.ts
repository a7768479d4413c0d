import { z } from 'zod';
import { ApiError, type Fault } from './errors.js';

/** The part of the request with the value; the first element of each fault's `loc`. */
export type Place = 'body' | 'query' | 'path';

/** Maximum faults per response: enough to correct a request, and bounded for one with many wrong items. */
const FAULTS_LIMIT = 20;

/**
 * Validates a value from the client and returns the schema's output. A missing body or query counts as an empty object.
 * @throws ApiError `validation_failed` naming every wrong field and no value
 */
export function validated<S extends z.ZodType>(schema: S, sent: unknown, place: Place = 'body'): z.output<S> {
  const parsed = check(schema, sent);
  if (parsed.success) return parsed.data;
  throw validationFailed(parsed.error.issues, place);
}

/** Parses with this server's messages, and keeps the input on each issue, to distinguish missing from wrong values. */
export const check = <S extends z.ZodType>(schema: S, sent: unknown): z.ZodSafeParseResult<z.output<S>> =>
  schema.safeParse(sent ?? {}, { reportInput: true, error: wording });

export function validationFailed(issues: readonly z.core.$ZodIssue[], place: Place): ApiError {
  const faults = issues.flatMap((issue) => faultsOf(issue, place)).slice(0, FAULTS_LIMIT);
  const detail = faults
    .map(({ loc, msg }) => `${loc.slice(1).join('.') || `the ${place}`} ${msg}`)
    .join('; ');
  return new ApiError('validation_failed', detail, { faults });
}

function faultsOf(issue: z.core.$ZodIssue, place: Place): Fault[] {
  const loc = [
    place,
    ...issue.path.map((part) => (typeof part === 'number' ? part : String(part).slice(0, 100))),
  ];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      loc: [...loc, key.slice(0, 100)],
      msg: place === 'query' ? 'is an unknown parameter' : 'is an unknown field',
      type: 'value_error.extra',
    }));
  if (issue.code === 'invalid_type' || issue.code === 'invalid_value' || issue.code === 'invalid_union') {
    if (issue.input === undefined && loc.length > 1)
      return [{ loc, msg: 'field required', type: 'value_error.missing' }];
    if (place === 'query' && Array.isArray(issue.input))
      return [{ loc, msg: 'must be given once', type: 'value_error' }];
  }
  return [{ loc, msg: issue.message, type: issue.code === 'invalid_type' ? 'type_error' : 'value_error' }];
}

/** The message of an issue whose schema does not set one. It continues the field's name: "limit must be …". */
function wording(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `must be of type ${issue.expected}`;
    case 'invalid_value':
      return `must be ${orList(issue.values.map(String))}`;
    case 'too_small':
      return `must ${sized(issue.origin, 'at least', Number(issue.minimum))}`;
    case 'too_big':
      return `must ${sized(issue.origin, 'at most', Number(issue.maximum))}`;
    case 'invalid_format':
      return `must be a valid ${issue.format}`;
    default:
      return undefined;
  }
}

function sized(origin: string, bound: 'at least' | 'at most', size: number): string {
  if (origin === 'string') return `have ${bound} ${size} characters`;
  return origin === 'array' || origin === 'set' ? `have ${bound} ${size} items` : `be ${bound} ${size}`;
}

const orList = (values: readonly string[]): string =>
  [values.slice(0, -1).join(', '), values.at(-1)].filter(Boolean).join(' or ');
