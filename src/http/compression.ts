import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True if answers of the route are never compressed. */
    readonly uncompressed?: boolean;
    /** True if answers of the route have an `ETag`. */
    readonly tagged?: boolean;
  }
}

/** Keeps compression from the routes that say so. Call it before the compression plugin and the first route. */
export function leaveUncompressed(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    if (route.config?.uncompressed) (route as { compress?: false }).compress = false;
  });
}

/**
 * Gives a compressed answer an `ETag` of its own: a strong one names the bytes that are sent (RFC 9110 section 8.8.3.3).
 * Call it after the compression plugin.
 */
export function tagCompressedAnswers(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    if (!route.config?.tagged) return;
    route.onSend = [
      ...[route.onSend ?? []].flat(),
      (_request, reply, payload, done) => {
        const tag = reply.getHeader('etag');
        const coding = reply.getHeader('content-encoding');
        if (typeof tag === 'string' && typeof coding === 'string' && tag.startsWith('"'))
          void reply.header('etag', codedTag(tag, coding));
        done(null, payload);
      },
    ];
  });
}

const codedTag = (tag: string, coding: string): string => `${tag.slice(0, -1)}-${coding}"`;
