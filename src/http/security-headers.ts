import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyContextConfig } from 'fastify';
import helmet, { type HelmetOptions } from 'helmet';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True if the route serves a page or what a page loads. */
    readonly page?: boolean;
  }
}

/** Swagger UI, the one page there is, styles its elements inline and shows data: images. */
const PAGE = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  frameguard: { action: 'deny' },
} satisfies HelmetOptions;

/** What is not a page runs nothing and loads nothing; headers that only concern documents would say nothing of it. */
const DATA: HelmetOptions = {
  ...PAGE,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
};

/**
 * Helmet's headers. They are the same for every answer of a kind, so helmet is asked once: its middleware would build
 * each text anew at every request.
 */
const PAGE_HEADERS = headersOf(PAGE);
const DATA_HEADERS = headersOf(DATA);

/** The security headers of answers: of a route's, or of those without a route. */
export const securityHeaders = (config?: FastifyContextConfig): Readonly<Record<string, string>> =>
  config?.page ? PAGE_HEADERS : DATA_HEADERS;

function headersOf(options: HelmetOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  const response = {
    setHeader: (name: string, value: string) => void (headers[name.toLowerCase()] = value),
    removeHeader: (name: string) => void delete headers[name.toLowerCase()],
  };
  helmet(options)({} as IncomingMessage, response as unknown as ServerResponse, () => undefined);
  return headers;
}
