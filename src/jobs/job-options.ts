import { z } from 'zod';
import { ApiError } from '../common/errors.js';
import { validated } from '../common/validated.js';
import type { Signature } from '../inference/model.js';
import { withoutRows } from '../inference/rows.js';
import type { HeaderSetting } from '../prediction/input/csv.js';
import { HEADER, type JobOptionsQuery } from './jobs.schema.js';

/** A caller's options for a job, besides its file. */
export interface JobOptions {
  /** A version other than the live one. */
  readonly version?: string;
  readonly header?: HeaderSetting;
  readonly onError: 'continue' | 'stop';
  readonly outputs?: string;
}

const HEADER_PARAMETER = z.object({ header: HEADER.optional() });

/**
 * @param query of the URL; `header` may also be a parameter of the content type (RFC 4180, section 3)
 * @throws ApiError `validation_failed` for another value of that parameter
 */
export function jobOptions(query: JobOptionsQuery, contentType = ''): JobOptions {
  const ofType = /;\s*header="?(\w+)"?/i.exec(contentType)?.[1]?.toLowerCase();
  const { header } = validated(HEADER_PARAMETER, { header: query.header ?? ofType }, 'query');
  return { version: query.version, header, onError: query.on_error, outputs: query.outputs };
}

/** @throws ApiError `validation_failed` naming the output that the model does not have, or if one is named twice */
export function checkOutputs(outputs: string | undefined, signature: Signature): void {
  if (outputs === undefined) return;
  const names = outputs.split(',');
  const known = new Set(signature.outputs.map(({ name }) => name));
  const unknown = names.find((name) => !known.has(name));
  if (unknown === undefined && new Set(names).size === names.length) return;
  const msg =
    unknown === undefined
      ? 'names an output twice'
      : `has an unknown output ${JSON.stringify(unknown.slice(0, 100))}; outputs of the model: ${[...known].join(', ')}`;
  throw new ApiError('validation_failed', `outputs ${msg}`, {
    faults: [{ loc: ['query', 'outputs'], msg, type: 'value_error' }],
  });
}

/** @throws ApiError `invalid_input` naming the output that is not one answer a row */
export function checkRows(outputs: string | undefined, signature: Signature): void {
  const fault = withoutRows(signature, outputs?.split(',') ?? signature.defaultOutputs);
  if (fault !== undefined) throw new ApiError('invalid_input', `${fault}; ask by tensors (V2 or gRPC)`);
}
