import { ApiError } from '../common/errors.js';
import { type ByteRange, byteRange } from './byte-range.js';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** What the conditions of a request leave of it. */
export interface Conditions {
  /** The caller has the file already. */
  readonly notModified: boolean;
  /** The requested part; undefined for the whole file. */
  readonly range?: ByteRange;
}

/** Codings with a tag of their own: `"digest-gzip"`. */
const CODED = /^"([0-9a-f]+)(?:-(?:gzip|deflate))?"$/;

export const entityTag = (digest: string): string => `"${digest}"`;

/**
 * Evaluates `If-Match`, `If-None-Match`, `If-Range` and `Range` in the order of RFC 9110 section 13.2.2. A range is one of
 * the bytes without a coding, so `If-Range` must hold their tag.
 * @param digest of the file; its entity tags are this, and this with a coding
 * @throws ApiError `precondition_failed`, or `range_not_satisfiable`
 */
export function conditionsOf(headers: Headers, digest: string, size: number): Conditions {
  const ifMatch = textOf(headers['if-match']);
  if (ifMatch !== undefined && !names(ifMatch, digest, 'strong'))
    throw new ApiError('precondition_failed', 'the file has another ETag than If-Match names');
  const ifNoneMatch = textOf(headers['if-none-match']);
  if (ifNoneMatch !== undefined && names(ifNoneMatch, digest, 'weak')) return { notModified: true };
  const ifRange = textOf(headers['if-range']);
  const isSame = ifRange === undefined || ifRange.trim() === entityTag(digest);
  return { notModified: false, range: isSame ? byteRange(textOf(headers.range), size) : undefined };
}

const textOf = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(', ') : value;

/**
 * True if a list of entity tags has one of the file. A weak tag never matches in a strong comparison (section 8.8.3.2).
 */
function names(list: string, digest: string, comparison: 'strong' | 'weak'): boolean {
  if (list.trim() === '*') return true;
  return list.split(',').some((item) => {
    const tag = item.trim();
    const opaque = comparison === 'weak' ? tag.replace(/^W\//, '') : tag;
    return CODED.exec(opaque)?.[1] === digest;
  });
}
