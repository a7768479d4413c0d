import { ApiError } from '../../../common/errors.js';

/** @param body of `repository/index`. @returns whether only ready versions are wanted. @throws ApiError `invalid_input` */
export function readIndexRequest(body: unknown): boolean {
  const { ready = false } = objectOr(body);
  if (typeof ready !== 'boolean') throw new ApiError('invalid_input', 'ready: must be true or false');
  return ready;
}

/**
 * Models are loaded as they were imported: a parameter such as `config` or `file:…` would be ignored.
 * @param body of `load` or `unload`
 * @throws ApiError `invalid_input` naming the first parameter that is not known
 */
export function refuseParameters(body: unknown, known: readonly string[]): void {
  const { parameters } = objectOr(body);
  const unknown = Object.keys(objectOr(parameters)).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new ApiError(
      'invalid_input',
      `the parameter ${unknown.slice(0, 100)} is not supported: models are loaded as they were imported`,
    );
}

function objectOr(value: unknown): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw new ApiError('invalid_input', 'the body and its parameters must be objects');
  return value as Record<string, unknown>;
}
