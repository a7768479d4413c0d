import { type AuditFilter, type Parameters, parseFilter } from './audit-filter.js';
import { ApiError } from '../common/errors.js';
import type { ErasureRequest } from './audit-erasure.service.js';

const NAMES = ['subject', 'user', 'before'];

/**
 * Parses an erasure request.
 * @throws ApiError `bad_request` that names the fault, also if the request selects no person
 */
export function parseErasure(given: unknown): ErasureRequest {
  if (given === null || typeof given !== 'object' || Array.isArray(given))
    throw new ApiError('bad_request', 'the body must be an object with subject or user');
  const unknown = Object.keys(given).find((name) => !NAMES.includes(name));
  if (unknown !== undefined)
    throw new ApiError('bad_request', `unknown field ${JSON.stringify(unknown.slice(0, 100))}`);
  const { before, ...who } = given as Parameters;
  const { subject, user, to }: AuditFilter = parseFilter(
    { ...who, ...(before !== undefined && { to: before }) },
    {},
  ).filter;
  if (subject === undefined && user === undefined)
    throw new ApiError('bad_request', 'subject or user must be given');
  return { subject, user, before: to };
}
