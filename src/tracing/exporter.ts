import { context, diag, DiagLogLevel, ROOT_CONTEXT } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import { VERSION } from '../common/program.js';
import type { TracingConfig } from '../config/config.js';

export interface Exporter {
  readonly provider: NodeTracerProvider;
  /** Warns, at most once a minute, that spans could not be sent. */
  onFailure(warn: (message: string) => void): void;
  /** Sends the remaining spans, within a time limit. */
  shutdown(): Promise<void>;
}

/** Maximum waiting spans. If the collector does not answer, further spans are dropped. */
const QUEUE_SPANS = 4096;
const EXPORT_TIMEOUT_MS = 10_000;
const SHUTDOWN_MS = 2000;
const WARN_EVERY_MS = 60_000;

/** Sends spans in batches to the collector, as protobuf over HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp). */
export function startExporter({ endpoint, headers, serviceName, ratio }: TracingConfig): Exporter {
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    headers: { ...headers },
    timeoutMillis: EXPORT_TIMEOUT_MS,
    concurrencyLimit: 2,
  });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({
      [ATTR_SERVICE_NAME]: serviceName,
      [ATTR_SERVICE_VERSION]: VERSION,
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [
      new BatchSpanProcessor(exporter, { maxQueueSize: QUEUE_SPANS, maxExportBatchSize: 512 }),
    ],
  });
  provider.register();
  return { provider, onFailure, shutdown: () => bounded(provider.shutdown()) };
}

function onFailure(warn: (message: string) => void): void {
  let warnedAt = -Infinity;
  const ignore = (): void => undefined;
  // The library's own message may contain the address, and in it a password.
  const failed = (): void => {
    if (performance.now() - warnedAt < WARN_EVERY_MS) return;
    warnedAt = performance.now();
    // Outside the trace of the request during which the timer happened to start.
    context.with(ROOT_CONTEXT, () => warn('could not send traces to the collector'));
  };
  const listener = { error: failed, warn: ignore, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(listener, { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true });
}

async function bounded(shutdown: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, SHUTDOWN_MS)));
  await Promise.race([shutdown.catch(() => undefined), limit]);
  clearTimeout(timer);
}
