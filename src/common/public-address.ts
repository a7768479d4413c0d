import type { FastifyReply, FastifyRequest } from 'fastify';

const PREFIX = /^(?:\/[\w.~-]{1,64}){1,8}$/;
const AUTHORITY = /^(?:[\w.-]{1,255}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/**
 * The path under which a trusted proxy serves this server (`X-Forwarded-Prefix`), without a trailing slash; empty if there
 * is none.
 */
export function pathPrefixOf({ headers, ips }: FastifyRequest): string {
  const given = headers['x-forwarded-prefix'];
  // Fastify lists more addresses than the connection's only if that one is a trusted proxy.
  if (typeof given !== 'string' || ips === undefined || ips.length < 2) return '';
  const prefix = given.replace(/\/$/, '');
  return PREFIX.test(prefix) && !/\/\.{1,2}(?:\/|$)/.test(prefix) ? prefix : '';
}

/** The address at which the caller reached this server, without a trailing slash: `https://example.com/prefix`. */
export function publicAddressOf(request: FastifyRequest): string {
  const host = AUTHORITY.test(request.host) ? request.host : 'localhost';
  return `${request.protocol}://${host}${pathPrefixOf(request)}`;
}

/** Says where a resource is that was just made. @param path its segments, not encoded */
export function setLocation(request: FastifyRequest, reply: FastifyReply, ...path: readonly string[]): void {
  void reply.header('location', `${pathPrefixOf(request)}/${path.map(encodeURIComponent).join('/')}`);
}
