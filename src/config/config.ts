import { resolve } from 'node:path';
import { checkedEnvironment } from './environment.js';
import { type IdentityProviderConfig, identityProviderOf } from './identity-provider.js';

const DEFAULT_PORT = 8000;
/** In seconds. */
const DAY = 24 * 60 * 60;

export interface TracingConfig {
  /** Address of the collector, without `/v1/traces`. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  /** Share of requests to trace. */
  readonly ratio: number;
}

export interface Config {
  readonly production: boolean;
  readonly host: string;
  readonly port: number;
  readonly grpcPort?: number;
  /** Port of the metrics without a token. */
  readonly metricsPort?: number;
  readonly metricsHost: string;
  /** Number of serving processes. */
  readonly workers: number;
  /** Absolute path of the folder for all written files. */
  readonly dataDir: string;
  /** Refuse to start when a live model cannot be loaded. */
  readonly strict: boolean;
  readonly defaultModel?: string;
  /** Paths that Vertex AI asks a container at. */
  readonly vertex: { readonly predictRoute?: string; readonly healthRoute?: string };
  readonly databaseUrl?: string;
  readonly jwtSecret?: string;
  /** Only verifies tokens. */
  readonly jwtSecretPrevious?: string;
  readonly jwtIssuer: string;
  readonly jwtAudience: string;
  readonly identityProvider?: IdentityProviderConfig;
  readonly tokenSeconds: number;
  /** Time until an unused session ends. */
  readonly refreshSeconds: number;
  /** Time until a session ends in any case. */
  readonly sessionSeconds: number;
  readonly sessionsPerUser: number;
  /** Prediction requests per user per minute; 0 disables the limit. */
  readonly rateLimit: number;
  /** Rows for callers without their own quota; 0 disables the limit. */
  readonly quotaRowsPerMinute: number;
  readonly quotaRowsPerDay: number;
  /** Logins per minute per client address and user name; 0 disables the limit. */
  readonly loginRateLimit: number;
  /** Minimum characters of a new password. */
  readonly passwordMinLength: number;
  readonly trustProxy: boolean | number | string[];
  /** Origins whose web pages may read answers; empty if CORS is off. */
  readonly corsOrigins: readonly string[];
  readonly bodyLimit: number;
  /** Maximum bytes of a prediction's results, 8 per number. */
  readonly responseLimit: number;
  /** Maximum seconds of a prediction. */
  readonly predictionSeconds: number;
  /** Maximum seconds for reading a model file. */
  readonly importSeconds: number;
  /** Maximum bytes of a process that reads or computes one model. */
  readonly modelMemory: number;
  readonly uploadLimit: number;
  /** Maximum bytes of a batch job's input. */
  readonly jobLimit: number;
  /** Maximum unfinished batch jobs per user. */
  readonly jobQueue: number;
  /** Batch jobs that run at the same time on the data directory. */
  readonly jobProcesses: number;
  readonly jobRetentionDays: number;
  readonly auditRetentionDays?: number;
  /** Bytes. */
  readonly headerLimit: number;
  readonly keepAliveSeconds: number;
  readonly requestSeconds: number;
  readonly uploadIdleSeconds: number;
  readonly drainSeconds: number;
  readonly shutdownSeconds: number;
  /** Whether anybody may read the API documentation. */
  readonly publicDocs: boolean;
  readonly logLevel: string;
  /** Write a log line per request. */
  readonly accessLog: boolean;
  /** If undefined, tracing is off. */
  readonly tracing?: TracingConfig;
}

/** Invalid settings. The message names every wrong variable, and contains no value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** The settings of a process: its environment, overridden by command-line options. @throws ConfigError */
export const configFromEnvironment = (flags: Readonly<Record<string, string | undefined>>): Config =>
  loadConfig(process.env, flags);

/**
 * Reads the environment once. An empty variable counts as not set, because deployments often pass empty ones.
 * @param overrides variables from the command line; they take precedence over `env`
 * @throws ConfigError that names all faults at once
 */
export function loadConfig(
  env: Readonly<Record<string, string | undefined>>,
  overrides: Readonly<Record<string, string | undefined>> = {},
): Config {
  const given = Object.entries({ ...env, ...withoutUndefined(overrides) }).filter(
    ([, value]) => value !== '',
  );
  const parsed = checkedEnvironment.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const faults = parsed.error.issues.map(
      (issue) => `${issue.path.join('.')} ${withoutValue(issue.message)}`,
    );
    throw new ConfigError(`wrong configuration: ${faults.join('; ')}`);
  }
  const e = parsed.data;
  const tokenSeconds = e.MODELGATE_TOKEN_MINUTES * 60;
  return {
    production: e.NODE_ENV === 'production',
    host: e.MODELGATE_HOST,
    port: e.MODELGATE_PORT ?? e.AIP_HTTP_PORT ?? DEFAULT_PORT,
    grpcPort: e.MODELGATE_GRPC_PORT,
    metricsPort: e.MODELGATE_METRICS_PORT,
    metricsHost: e.MODELGATE_METRICS_HOST,
    workers: e.MODELGATE_WORKERS,
    dataDir: resolve(e.MODELGATE_DATA_DIR),
    strict: e.MODELGATE_STRICT,
    defaultModel: e.MODELGATE_DEFAULT_MODEL,
    vertex: { predictRoute: e.AIP_PREDICT_ROUTE, healthRoute: e.AIP_HEALTH_ROUTE },
    databaseUrl: e.DATABASE_URL,
    jwtSecret: e.MODELGATE_JWT_SECRET,
    jwtSecretPrevious: e.MODELGATE_JWT_SECRET_PREVIOUS,
    jwtIssuer: e.MODELGATE_JWT_ISSUER,
    tokenSeconds,
    refreshSeconds: Math.max(e.MODELGATE_REFRESH_DAYS * DAY, tokenSeconds),
    sessionSeconds: Math.max(e.MODELGATE_SESSION_DAYS * DAY, tokenSeconds),
    sessionsPerUser: e.MODELGATE_SESSIONS_PER_USER,
    jwtAudience: e.MODELGATE_JWT_AUDIENCE,
    identityProvider: identityProviderOf(e),
    rateLimit: e.MODELGATE_RATE_LIMIT,
    quotaRowsPerMinute: e.MODELGATE_QUOTA_ROWS_PER_MINUTE,
    quotaRowsPerDay: e.MODELGATE_QUOTA_ROWS_PER_DAY,
    loginRateLimit: e.MODELGATE_LOGIN_RATE_LIMIT,
    passwordMinLength: e.MODELGATE_PASSWORD_MIN_LENGTH,
    trustProxy: e.MODELGATE_TRUST_PROXY,
    corsOrigins: e.MODELGATE_CORS_ORIGINS,
    bodyLimit: e.MODELGATE_BODY_LIMIT,
    responseLimit: e.MODELGATE_RESPONSE_LIMIT,
    predictionSeconds: e.MODELGATE_PREDICTION_SECONDS,
    importSeconds: e.MODELGATE_IMPORT_SECONDS,
    modelMemory: e.MODELGATE_MODEL_MEMORY * 2 ** 20,
    uploadLimit: e.MODELGATE_UPLOAD_LIMIT,
    jobLimit: e.MODELGATE_JOB_LIMIT,
    jobQueue: e.MODELGATE_JOB_QUEUE,
    jobProcesses: e.MODELGATE_JOB_PROCESSES,
    jobRetentionDays: e.MODELGATE_JOB_RETENTION_DAYS,
    auditRetentionDays: e.MODELGATE_AUDIT_RETENTION_DAYS,
    headerLimit: e.MODELGATE_HEADER_LIMIT,
    keepAliveSeconds: e.MODELGATE_KEEP_ALIVE_SECONDS,
    requestSeconds: e.MODELGATE_REQUEST_SECONDS,
    uploadIdleSeconds: e.MODELGATE_UPLOAD_IDLE_SECONDS,
    drainSeconds: e.MODELGATE_DRAIN_SECONDS,
    shutdownSeconds: e.MODELGATE_SHUTDOWN_SECONDS,
    publicDocs: (e.MODELGATE_DOCS ?? (e.NODE_ENV === 'production' ? 'private' : 'public')) === 'public',
    logLevel: e.MODELGATE_LOG_LEVEL,
    accessLog: e.MODELGATE_ACCESS_LOG,
    tracing: e.OTEL_EXPORTER_OTLP_ENDPOINT
      ? {
          endpoint: e.OTEL_EXPORTER_OTLP_ENDPOINT,
          headers: e.OTEL_EXPORTER_OTLP_HEADERS ?? {},
          serviceName: e.OTEL_SERVICE_NAME,
          ratio: e.OTEL_TRACES_SAMPLER_ARG,
        }
      : undefined,
  };
}

function withoutUndefined(record: Readonly<Record<string, string | undefined>>) {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

/** Zod's messages for enums list the allowed options. No message repeats the given value. */
function withoutValue(message: string): string {
  return message.replace(/^Invalid option: expected one of /, 'must be one of ');
}
