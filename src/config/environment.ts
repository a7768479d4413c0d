import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { identityProviderFaults, identityProviderVariables } from './identity-provider.js';

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .refine((n) => n >= min && n <= max, `must be between ${min} and ${max}`);

const flag = (unlessSet: 'true' | 'false') =>
  z
    .enum(['true', 'false'], 'must be true or false')
    .default(unlessSet)
    .transform((value) => value === 'true');

/** `false`, `true` (any proxy), a number of hops, or a list of addresses and networks that may set X-Forwarded-For. */
const trustProxy = z
  .string()
  .refine(
    (value) => /^(?:true|false|\d+)$/.test(value) || value.split(',').every((part) => isNetwork(part.trim())),
    'must be true, false, a number of proxies, or a list of addresses and networks',
  )
  .transform((value): boolean | number | string[] => {
    if (value === 'true' || value === 'false') return value === 'true';
    return /^\d+$/.test(value) ? Number(value) : value.split(',').map((part) => part.trim());
  });

/** An address, a network with a prefix length, or one of Fastify's names for networks. */
function isNetwork(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  return text.includes('/')
    ? ipaddr.IPv6.isValidCIDR(text) || ipaddr.IPv4.isValidCIDRFourPartDecimal(text)
    : ipaddr.IPv6.isValid(text) || ipaddr.IPv4.isValidFourPartDecimal(text);
}

/** Origins as browsers write them: scheme, host and port. */
const origins = z
  .string()
  .default('')
  .transform((text) => text.split(',').map((origin) => origin.trim()))
  .transform((list) => list.filter((origin) => origin !== ''))
  .refine((list) => list.every(isOrigin), 'must be * or a list of origins such as https://app.example.com');

const isOrigin = (text: string): boolean =>
  text === '*' || (URL.canParse(text) && new URL(text).origin === text && text !== 'null');

const databaseUrl = z
  .url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// or postgresql:// address' })
  .optional();

/** Headers in OpenTelemetry's format: `name=value,name=value`, with percent-encoded values. */
const headerList = z
  .string()
  .refine((text) => text.split(',').every(isHeader), 'must be name=value pairs with percent-encoded values')
  .transform((text) => Object.fromEntries(text.split(',').map(headerOf)));

function isHeader(pair: string): boolean {
  try {
    return pair.includes('=') && /^[\w-]+=[\x20-\x7e]*$/.test(headerOf(pair).join('='));
  } catch {
    return false;
  }
}

function headerOf(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())];
}

const jwtSecret = z
  .string()
  .refine((secret) => Buffer.byteLength(secret) >= 32, 'must have at least 32 bytes')
  .optional();

/** A path of a container on Vertex AI; the router would take other characters for a pattern. */
const containerRoute = z
  .string()
  .regex(/^\/[\w.~:/-]*$/, 'must be a path of letters, digits and . _ ~ - : /')
  .optional();

/** Every variable that Modelgate reads. docs/configuration.md is generated from this. */
export const environmentSchema = z.object({
  NODE_ENV: z
    .string()
    .default('development')
    .describe('In `production`, no demo user is created, and the documentation is private'),
  MODELGATE_HOST: z.string().min(1).default('127.0.0.1').describe('Listen address'),
  MODELGATE_PORT: wholeNumber(0, 65535)
    .optional()
    .describe('Port of the HTTP server, 8000 unless set; 0 takes any free one'),
  MODELGATE_GRPC_PORT: wholeNumber(0, 65535).optional().describe('Port of the gRPC service; off unless set'),
  MODELGATE_METRICS_PORT: wholeNumber(0, 65535)
    .optional()
    .describe('Port that serves `GET /metrics` without a token; if not set, it is off'),
  MODELGATE_METRICS_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Listen address for `MODELGATE_METRICS_PORT`'),
  MODELGATE_WORKERS: wholeNumber(1, 64)
    .prefault('1')
    .describe(
      'Number of worker processes; use 1 on machines with one or two cores (see [workers.md](workers.md))',
    ),
  MODELGATE_DATA_DIR: z
    .string()
    .min(1)
    .default('var')
    .describe('Folder of the database, the signing keys and imported models'),
  MODELGATE_STRICT: flag('false').describe(
    '`true` refuses to start when a live model cannot be loaded; else the others are served',
  ),
  DATABASE_URL: databaseUrl.describe('A PostgreSQL database instead of the SQLite file'),
  MODELGATE_DEFAULT_MODEL: z
    .string()
    .min(1)
    .optional()
    .describe('Model for `/regression`; if not set, the only model, or `diabetes`'),
  MODELGATE_JWT_SECRET: jwtSecret.describe(
    'Secret that signs tokens, at least 32 bytes; if not set, keys are generated in the data directory',
  ),
  MODELGATE_JWT_SECRET_PREVIOUS: jwtSecret.describe(
    'Previous secret; its tokens are accepted until they expire',
  ),
  MODELGATE_JWT_ISSUER: z
    .string()
    .min(1)
    .default('modelgate')
    .describe('`iss` of the tokens; tokens with another issuer are rejected'),
  MODELGATE_JWT_AUDIENCE: z
    .string()
    .min(1)
    .default('modelgate')
    .describe('`aud` of the tokens; tokens with another audience are rejected'),
  ...identityProviderVariables,
  MODELGATE_TOKEN_MINUTES: wholeNumber(1, 60 * 24 * 365)
    .prefault('30')
    .describe('Lifetime of an access token, in minutes'),
  MODELGATE_REFRESH_DAYS: wholeNumber(1, 365)
    .prefault('14')
    .describe('Days until an unused session ends; never shorter than the lifetime of an access token'),
  MODELGATE_SESSION_DAYS: wholeNumber(1, 3650)
    .prefault('90')
    .describe('Days until a session ends in any case; never shorter than the lifetime of an access token'),
  MODELGATE_SESSIONS_PER_USER: wholeNumber(1, 1000)
    .prefault('100')
    .describe('Maximum sessions per user; a further login ends the least recently used one'),
  MODELGATE_RATE_LIMIT: wholeNumber(0, 1e9)
    .prefault('600')
    .describe('Prediction requests per user per minute; 0 disables the limit'),
  MODELGATE_QUOTA_ROWS_PER_MINUTE: wholeNumber(0, 1e12)
    .prefault('0')
    .describe('Predicted rows per minute for callers without their own quota; 0 disables the limit'),
  MODELGATE_QUOTA_ROWS_PER_DAY: wholeNumber(0, 1e12)
    .prefault('0')
    .describe('Predicted rows per day (UTC) for callers without their own quota; 0 disables the limit'),
  MODELGATE_LOGIN_RATE_LIMIT: wholeNumber(0, 1e9)
    .prefault('10')
    .describe(
      'Logins per minute per client address and user name; 0 disables the limit and the delays after failed logins',
    ),
  MODELGATE_PASSWORD_MIN_LENGTH: wholeNumber(8, 64)
    .prefault('15')
    .describe(
      'Minimum characters of a new password; NIST SP 800-63B requires 15 if the password is the only factor',
    ),
  MODELGATE_TRUST_PROXY: trustProxy
    .prefault('false')
    .describe(
      'Proxies whose `X-Forwarded-For` is trusted: `true` for all, a number of proxies, or a list of addresses and networks',
    ),
  MODELGATE_CORS_ORIGINS: origins.describe(
    'Origins whose web pages may read answers, comma-separated (`https://app.example.com`), or `*` for all; if not set, CORS is off',
  ),
  MODELGATE_BODY_LIMIT: wholeNumber(1024, 2 ** 31)
    .prefault(String(8 * 2 ** 20))
    .describe('Maximum bytes of a request body, after decompression'),
  MODELGATE_RESPONSE_LIMIT: wholeNumber(1024, 2 ** 31)
    .prefault(String(32 * 2 ** 20))
    .describe(
      "Maximum bytes of a prediction's results, 8 per number; a request for more is refused before it is computed",
    ),
  MODELGATE_PREDICTION_SECONDS: wholeNumber(1, 86_400)
    .prefault('30')
    .describe('Maximum seconds of a prediction; then it is stopped and answered with 504'),
  MODELGATE_IMPORT_SECONDS: wholeNumber(1, 86_400)
    .prefault('300')
    .describe('Maximum seconds for reading a model file; then its import is stopped and refused'),
  MODELGATE_MODEL_MEMORY: wholeNumber(256, 2 ** 20)
    .prefault('4096')
    .describe(
      'Maximum MiB of a process that reads a model file, or that computes a model with loops; then it is stopped',
    ),
  MODELGATE_UPLOAD_LIMIT: wholeNumber(1024, 2 ** 40)
    .prefault(String(2 ** 30))
    .describe('Maximum bytes of an uploaded model file'),
  MODELGATE_JOB_LIMIT: wholeNumber(1, 2 ** 50)
    .prefault(String(10 * 2 ** 30))
    .describe('Maximum bytes of the file of a batch job, after decompression'),
  MODELGATE_JOB_QUEUE: wholeNumber(1, 10_000)
    .prefault('20')
    .describe('Maximum queued and running batch jobs per user'),
  MODELGATE_JOB_PROCESSES: wholeNumber(1, 64)
    .prefault('1')
    .describe('Batch jobs that run at the same time, each in its own process'),
  MODELGATE_JOB_RETENTION_DAYS: wholeNumber(1, 3650)
    .prefault('7')
    .describe('Days until a finished batch job and its results are deleted'),
  MODELGATE_AUDIT_RETENTION_DAYS: wholeNumber(1, 36_500)
    .optional()
    .describe('Age in days at which audit records are deleted; if not set, they are never deleted'),
  MODELGATE_HEADER_LIMIT: wholeNumber(1024, 2 ** 20)
    .prefault(String(16 * 2 ** 10))
    .describe('Maximum bytes of the headers of a request'),
  MODELGATE_KEEP_ALIVE_SECONDS: wholeNumber(1, 3600)
    .prefault('72')
    .describe(
      'Seconds until an unused connection is closed; set more than a balancer in front keeps its own open',
    ),
  MODELGATE_REQUEST_SECONDS: wholeNumber(1, 86_400)
    .prefault('120')
    .describe('Seconds in which a request must have arrived; uploads of models and jobs may take longer'),
  MODELGATE_UPLOAD_IDLE_SECONDS: wholeNumber(1, 3600)
    .prefault('60')
    .describe('Seconds that an upload may pause'),
  MODELGATE_DRAIN_SECONDS: wholeNumber(0, 3600)
    .prefault('0')
    .describe(
      'Seconds after SIGTERM in which the server still answers, while its readiness probe fails, so that balancers stop sending',
    ),
  MODELGATE_SHUTDOWN_SECONDS: wholeNumber(0, 3600)
    .prefault('10')
    .describe('Seconds that requests in flight may take to finish after SIGTERM'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
    .optional()
    .describe(
      'Address of an OpenTelemetry collector, for example `http://127.0.0.1:4318`; if not set, tracing is off',
    ),
  OTEL_EXPORTER_OTLP_HEADERS: headerList
    .optional()
    .describe('Headers for the collector: `name=value,name=value`, with percent-encoded values'),
  OTEL_SERVICE_NAME: z.string().min(1).default('modelgate').describe('Service name in traces'),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .regex(/^(?:0|1|0?\.\d+|1\.0+)$/, 'must be a number from 0 to 1')
    .prefault('1')
    .transform(Number)
    .describe('The share of requests that are traced, 0 to 1, where the caller has not decided'),
  AIP_HTTP_PORT: wholeNumber(0, 65535)
    .optional()
    .describe('Port of the HTTP server where `MODELGATE_PORT` is not set; Vertex AI sets it'),
  AIP_PREDICT_ROUTE: containerRoute.describe(
    'Path at which Vertex AI asks for predictions of the default model; Vertex AI sets it',
  ),
  AIP_HEALTH_ROUTE: containerRoute.describe('Path of the readiness probe of Vertex AI, which sets it'),
  MODELGATE_DOCS: z
    .enum(['public', 'private'], 'must be public or private')
    .optional()
    .describe(
      'Who may read `/docs` and `/openapi.json`: `public` is anybody, `private` callers with a token, who see the models that they may read; if not set, `private` in production',
    ),
  MODELGATE_ACCESS_LOG: flag('false').describe('`true` writes a log line of the level `info` per request'),
  MODELGATE_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Minimum level of log lines: `fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`'),
});

/** The schema, with the rules that involve several variables. */
export const checkedEnvironment = environmentSchema.superRefine((e, context) => {
  for (const [variable, message] of identityProviderFaults(e))
    context.addIssue({ code: 'custom', path: [variable], message });
});
