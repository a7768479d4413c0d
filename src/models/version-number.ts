import { ApiError } from '../common/errors.js';

/** A version as a caller names it: text of a URL, an option or a message, or a number. */
export type VersionName = string | number;

/** Versions that an error lists, the newest. */
const LISTED = 10;

/** The number that a text names, if it can be the number of a version. */
export const versionNumber = (text: VersionName): number | undefined =>
  /^[1-9]\d{0,8}$/.test(String(text)) ? Number(text) : undefined;

/** An optional version. gRPC sends an empty text for a missing one. */
export const optionalVersion = (text: string | undefined): string | undefined =>
  text === '' ? undefined : text;

/** @returns the error of a version that the model does not have, with those that it has */
export function unknownVersion(
  model: string,
  asked: VersionName,
  versions: readonly { readonly version: number }[],
): ApiError {
  const newest = versions.slice(-LISTED).map(({ version }) => version);
  const known = `${versions.length > LISTED ? '…, ' : ''}${newest.join(', ')}`;
  return new ApiError(
    'model_not_found',
    `unknown version "${String(asked).slice(0, 32)}"; versions of ${model}: ${known}`,
  );
}
