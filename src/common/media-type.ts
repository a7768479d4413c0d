import { ApiError } from './errors.js';
import { before } from './lists.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True if the body is a form ({@link FORM_TYPE}). */
    readonly takesForm?: boolean;
    /** True if the body is a form with a file ({@link UPLOAD_TYPE}). Without either, it is JSON. */
    readonly takesUpload?: boolean;
  }
}

type Headers = Readonly<Record<string, unknown>>;

export const FORM_TYPE = 'application/x-www-form-urlencoded';
export const UPLOAD_TYPE = 'multipart/form-data';
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json$/;

export const isJsonType = (type: string): boolean => JSON_TYPE.test(type);

/** The media type of a body, lower case and without parameters; undefined without a `Content-Type`. */
export function mediaTypeOf(headers: Headers): string | undefined {
  const given = headers['content-type'];
  return typeof given === 'string' ? before(given, ';').trim().toLowerCase() : undefined;
}

/** The error that names the type received and those wanted. @param wanted `text/csv` or several */
export function unsupportedMediaType(headers: Headers, ...wanted: readonly string[]): ApiError {
  const given = headers['content-type'];
  const received = typeof given === 'string' ? given.slice(0, 100) : 'no Content-Type';
  // RFC 9110 section 15.5.16: a 415 may say what would be accepted.
  const options = { headers: { Accept: wanted.join(', ') } };
  return new ApiError(
    'unsupported_media_type',
    `expected a body of type ${wanted.join(' or ')}, received ${received}`,
    options,
  );
}
