import { ApiError } from '../common/errors.js';

/** @throws ApiError `model_not_found`: what is no number names no version */
export function versionNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new ApiError('model_not_found', `"${text.slice(0, 32)}" is no version`);
  return Number(text);
}

/** {@link versionNumber} of a version that may be left out; gRPC sends the empty text for that. */
export const optionalVersion = (text: string | undefined): number | undefined =>
  text === undefined || text === '' ? undefined : versionNumber(text);
