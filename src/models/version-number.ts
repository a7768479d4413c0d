import { ApiError } from '../common/errors.js';

/** @throws ApiError `model_not_found` if the text is not a number */
export function versionNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new ApiError('model_not_found', `unknown version "${text.slice(0, 32)}"`);
  return Number(text);
}

/** {@link versionNumber} of an optional version. gRPC sends an empty text for a missing one. */
export const optionalVersion = (text: string | undefined): number | undefined =>
  text === undefined || text === '' ? undefined : versionNumber(text);
