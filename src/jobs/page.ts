import { ApiError } from '../common/errors.js';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;
const MAX_OFFSET = 1_000_000;

/** The requested part of a list. @throws ApiError `bad_request` that names the parameter */
export function pageOf(query: Readonly<Record<string, unknown>>): { limit: number; offset: number } {
  return {
    limit: wholeNumber('limit', query.limit, 1, MAX_LIMIT) ?? DEFAULT_LIMIT,
    offset: wholeNumber('offset', query.offset, 0, MAX_OFFSET) ?? 0,
  };
}

function wholeNumber(name: string, value: unknown, min: number, max: number): number | undefined {
  if (value === undefined) return undefined;
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : NaN;
  if (number >= min && number <= max) return number;
  throw new ApiError('bad_request', `${name} must be a whole number from ${min} to ${max}`);
}
