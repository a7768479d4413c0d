import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { isBrokenForm } from '../common/broken-form.js';
import { ApiError } from '../common/errors.js';
import { unsupportedMediaType } from '../common/media-type.js';
import { demandConnection } from '../common/hang-up.js';
import type { FileFormat } from './blocks/records.js';

/** A file that is being uploaded. */
export interface IncomingFile {
  readonly format: FileFormat;
  readonly stream: Readable;
  /** Announced bytes of the file, or of the form around it, if the sender gave a length. */
  readonly announcedBytes: number;
}

export interface StoredFile {
  readonly bytes: number;
  /** SHA-256, hexadecimal. */
  readonly digest: string;
}

const FORMATS: ReadonlyMap<string, FileFormat> = new Map([
  ['text/csv', 'csv'],
  ['application/x-ndjson', 'ndjson'],
  ['.csv', 'csv'],
  ['.ndjson', 'ndjson'],
  ['.jsonl', 'ndjson'],
]);

/**
 * The file in a request: its body, or the first file of its form.
 * @throws ApiError `unsupported_media_type`, or `bad_request` if a form contains no file
 */
export async function incomingFile(request: FastifyRequest, limit: number): Promise<IncomingFile> {
  const announcedBytes = Number(request.headers['content-length'] ?? 0);
  if (request.isMultipart()) {
    demandConnection(request);
    const part = await firstFile(request, limit);
    if (!part) throw new ApiError('bad_request', 'the part "file" is missing');
    const suffix = /\.[a-z]+$/i.exec(part.filename ?? '')?.[0].toLowerCase() ?? '';
    return { format: formatOf(request, part.mimetype, suffix), stream: part.file, announcedBytes };
  }
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  const format = formatOf(request, type.trim().toLowerCase());
  return { format, stream: request.fileStream!, announcedBytes };
}

async function firstFile(request: FastifyRequest, limit: number): Promise<MultipartFile | undefined> {
  try {
    return await request.file({ limits: { files: 1, fileSize: limit + 1 } });
  } catch (error) {
    if (isBrokenForm(error))
      throw new ApiError('bad_request', `cannot read the form: ${(error as Error).message}`);
    throw error;
  }
}

function formatOf({ headers }: FastifyRequest, type: string, suffix = ''): FileFormat {
  const format = FORMATS.get(type) ?? FORMATS.get(suffix);
  if (format) return format;
  if (suffix === '')
    throw unsupportedMediaType(headers, 'text/csv', 'application/x-ndjson', 'multipart/form-data');
  throw new ApiError('unsupported_media_type', 'the file must be text/csv or application/x-ndjson');
}

/** Bytes between checks of the free disk space. */
const ROOM_STEP = 64 * 2 ** 20;
/** Bytes per sync: audit records, which predictions wait for, queue behind each sync. */
const SYNC_STEP = 2 * 2 ** 20;

/**
 * Writes a file to disk as it arrives.
 * @param demandRoom throws if there is not enough space for this many more bytes
 * @throws ApiError `payload_too_large`; the rest is not read, so that the caller gets the response
 */
export async function storeFile(
  { stream, announcedBytes }: IncomingFile,
  path: string,
  limit: number,
  demandRoom: (bytes: number) => Promise<void>,
): Promise<StoredFile> {
  const tooLarge = () => new ApiError('payload_too_large', `the file is larger than ${limit} bytes`);
  if (announcedBytes > limit + FORM_BYTES) throw tooLarge();
  await demandRoom(announcedBytes);
  const hash = createHash('sha256');
  const file = await open(path, 'wx', 0o600);
  let bytes = 0;
  let checkedAt = 0;
  let syncedAt = 0;
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > limit) throw tooLarge();
      if (bytes - checkedAt > ROOM_STEP) {
        await demandRoom(ROOM_STEP);
        checkedAt = bytes;
      }
      hash.update(chunk);
      await file.appendFile(chunk);
      if (bytes - syncedAt > SYNC_STEP) {
        await file.datasync();
        syncedAt = bytes;
      }
    }
    await file.sync();
  } catch (error) {
    stream.resume();
    throw isBrokenForm(error) ? new ApiError('bad_request', 'the upload was interrupted') : error;
  } finally {
    await file.close();
  }
  return { bytes, digest: hash.digest('hex') };
}

/** Maximum bytes of a form around its file. */
const FORM_BYTES = 64 * 1024;
