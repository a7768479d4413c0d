import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyContextConfig } from 'fastify';
import helmet, { type HelmetOptions } from 'helmet';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True if the route serves a page or a resource of a page. */
    readonly page?: boolean;
  }
}

/** Swagger UI, the only page, has inline styles and data: images. */
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
  // Only answers over TLS carry it: see TLS_HEADERS.
  strictTransportSecurity: false,
} satisfies HelmetOptions;

/** Other responses run nothing and load nothing, so headers that only concern documents are left out. */
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
 * Helmet's headers. They are constant, so helmet is called once; its middleware would build them again for every
 * request.
 */
const PAGE_HEADERS = headersOf(PAGE);
const DATA_HEADERS = headersOf(DATA);

/** Of answers over TLS (RFC 6797 section 7.2). Whether sub-domains speak TLS is not for this server to say. */
export const TLS_HEADERS = { 'strict-transport-security': 'max-age=31536000' } as const;

/** The security headers of a route's responses, or of responses without a route. */
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
