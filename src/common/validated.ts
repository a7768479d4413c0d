import type { z } from 'zod';
import { ApiError, type Fault } from './errors.js';

/** Faults that one answer names; a body of many wrong items needs no more to be put right. */
const FAULTS_LIMIT = 20;

/**
 * What a caller sent, as the schema has it.
 * @param place where it was sent, the first part of each fault's `loc`
 * @throws ApiError `validation_failed` naming every wrong field and no value
 */
export function validated<S extends z.ZodType>(
  schema: S,
  sent: unknown,
  place: 'body' | 'query' = 'body',
): z.output<S> {
  const parsed = schema.safeParse(sent ?? {}, { reportInput: true });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap((issue) => faultsOf(issue, place)).slice(0, FAULTS_LIMIT);
  const detail = faults
    .map(({ loc, msg }) => `${loc.slice(1).join('.') || `the ${place}`} ${msg}`)
    .join('; ');
  throw new ApiError('validation_failed', detail, { faults });
}

function faultsOf(issue: z.core.$ZodIssue, place: string): Fault[] {
  const loc = [place, ...issue.path.map((part) => (typeof part === 'symbol' ? part.toString() : part))];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        loc: [...loc, key.slice(0, 100)],
        msg: 'is not a known field',
        type: 'value_error.extra',
      }));
    case 'invalid_type':
      return issue.input === undefined && loc.length > 1
        ? [{ loc, msg: 'field required', type: 'value_error.missing' }]
        : [{ loc, msg: `must be of type ${issue.expected}`, type: 'type_error' }];
    default:
      return [{ loc, msg: issue.message, type: 'value_error' }];
  }
}
