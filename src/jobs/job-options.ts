import { ApiError } from '../common/errors.js';
import type { Signature } from '../inference/model.js';
import type { HeaderSetting } from '../prediction/input/csv.js';

/** A caller's options for a job, besides its file. */
export interface JobOptions {
  /** A version other than the live one. */
  readonly version?: string;
  readonly header?: HeaderSetting;
  readonly onError: 'continue' | 'stop';
  readonly outputs?: string;
}

/**
 * @param query query parameters of the URL; `header` can also be a parameter of the content type (RFC 4180,
 * section 3)
 * @throws ApiError `bad_request` that names the parameter
 */
export function jobOptions(query: Readonly<Record<string, unknown>>, contentType = ''): JobOptions {
  const given = Object.fromEntries(
    Object.entries(query).map(([name, value]) => {
      if (!['version', 'header', 'on_error', 'outputs'].includes(name))
        throw new ApiError('bad_request', `unknown parameter ${name.slice(0, 100)}`);
      if (typeof value !== 'string' || value.length > 4096)
        throw new ApiError('bad_request', `${name} must be given once, with at most 4,096 characters`);
      return [name, value];
    }),
  );
  const header = given.header ?? /;\s*header="?(\w+)"?/i.exec(contentType)?.[1]?.toLowerCase();
  return {
    version: given.version,
    header: oneOf('header', header, ['present', 'absent'] as const),
    onError: oneOf('on_error', given.on_error, ['continue', 'stop'] as const) ?? 'continue',
    outputs: given.outputs,
  };
}

function oneOf<T extends string>(
  name: string,
  value: string | undefined,
  options: readonly T[],
): T | undefined {
  if (value === undefined || options.includes(value as T)) return value as T | undefined;
  throw new ApiError('bad_request', `${name} must be ${options.join(' or ')}`);
}

/** @throws ApiError `bad_request` that names the unknown output */
export function checkOutputs(outputs: string | undefined, signature: Signature): void {
  const known = signature.outputs.map(({ name }) => name);
  const unknown = outputs?.split(',').find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new ApiError(
    'bad_request',
    `outputs: unknown output ${JSON.stringify(unknown.slice(0, 100))}; outputs of the model: ${known.join(', ')}`,
  );
}
