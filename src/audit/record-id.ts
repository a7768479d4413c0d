import { ApiError } from '../common/errors.js';

/** @throws ApiError `not_found` if the text is not a number */
export function recordId(text: string): number {
  const id = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (!(id < 2 ** 31)) throw new ApiError('not_found', `audit record ${text.slice(0, 32)} not found`);
  return id;
}
