import type { FastifyRequest } from 'fastify';
import { ApiError } from './errors.js';

/** Whether the connection was closed before the whole body came. */
export const hasHungUp = ({ raw }: Pick<FastifyRequest, 'raw'>): boolean => raw.destroyed && !raw.complete;

/**
 * To be called before a body is read if anything was awaited since the request arrived: a stream that was destroyed before
 * its first reader came never ends and never fails.
 * @throws ApiError `client_closed_request`
 */
export function demandConnection(request: Pick<FastifyRequest, 'raw'>): void {
  if (hasHungUp(request)) throw new ApiError('client_closed_request');
}
