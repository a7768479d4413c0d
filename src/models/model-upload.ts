import type { Multipart, MultipartFile, MultipartValue } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../common/errors.js';
import { unsupportedMediaType, UPLOAD_TYPE } from '../common/media-type.js';
import { demandConnection } from '../common/hang-up.js';
import { type ImportRequest, isRuntimeName, RUNTIME_NAMES } from '../formats/formats.js';

export interface UploadFields {
  readonly name?: string;
  readonly options: ImportRequest;
}

/** Messages for the multipart parser's errors. */
const PARSER_REFUSALS: Readonly<Record<string, string>> = {
  FST_FILES_LIMIT: 'send at most 16 files per request',
  FST_FIELDS_LIMIT: 'the form has too many fields',
  FST_MP_PREMATURE_CLOSE: 'the upload was interrupted',
};

/**
 * Reads a multipart upload: the fields first, then its files. The fields contain the model's name, so they
 * must be known before anything is stored.
 * @param receive stores a file, before the rest of the form is read
 * @throws ApiError `unsupported_media_type`, or `bad_request` that names the part
 */
export async function readUpload(
  request: FastifyRequest,
  receive: (file: MultipartFile, fields: UploadFields) => Promise<void>,
): Promise<void> {
  if (!request.isMultipart()) throw unsupportedMediaType(request.headers, UPLOAD_TYPE);
  demandConnection(request);
  const texts = new Map<string, string>();
  let fields: UploadFields | undefined;
  for await (const part of partsOf(request)) {
    const name = part.fieldname.slice(0, 100);
    if (part.type === 'file') {
      fields ??= fieldsOf(texts);
      await receive(part, fields);
    } else if (fields !== undefined)
      throw new ApiError('bad_request', `the part "${name}" comes after the file; send the files last`);
    else if (texts.has(name)) throw new ApiError('bad_request', `the field "${name}" is duplicate`);
    else texts.set(name, textOf(part));
  }
  if (fields === undefined) throw new ApiError('bad_request', 'the part "file" is missing');
}

async function* partsOf(request: FastifyRequest): AsyncGenerator<Multipart> {
  try {
    yield* request.parts();
  } catch (cause) {
    const { code = '', message } = cause as { code?: string; message: string };
    throw new ApiError('bad_request', PARSER_REFUSALS[code] ?? `cannot read the form: ${message}`, {
      cause,
    });
  }
}

function fieldsOf(texts: ReadonlyMap<string, string>): UploadFields {
  const runtime = texts.get('runtime') || undefined;
  if (runtime !== undefined && !isRuntimeName(runtime))
    throw new ApiError('bad_request', `runtime must be one of ${RUNTIME_NAMES.join(', ')}`);
  const featureNames = (texts.get('feature_names') || undefined)?.split(',').map((name) => name.trim());
  return {
    name: texts.get('name') || undefined,
    options: { featureNames, runtime, entry: texts.get('entry') || undefined },
  };
}

function textOf({ fieldname, value, valueTruncated }: MultipartValue): string {
  if (typeof value !== 'string' || valueTruncated)
    throw new ApiError(
      'bad_request',
      `the field "${fieldname.slice(0, 100)}" must be text of at most 64 KiB`,
    );
  return value;
}
