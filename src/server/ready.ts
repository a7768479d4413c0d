import { writeFileSync } from 'node:fs';
import type { Logger } from 'pino';
import { VERSION } from '../common/program.js';
import type { Config } from '../config/config.js';
import type { Ports } from '../workers/supervisor.js';

export interface ServeOptions {
  /** Model files to import, if new, and to make live before the server answers. */
  readonly files?: readonly string[];
  /** File for the listening ports, written as JSON when the server is ready. */
  readonly portFile?: string;
}

/** Logs the address and writes the port file. */
export function tellReady(
  { http, grpc, metrics }: Ports,
  { host, dataDir, workers }: Config,
  { portFile }: ServeOptions,
  logger: Logger,
): void {
  if (portFile) writeFileSync(portFile, JSON.stringify({ http, grpc, metrics }));
  logger.info(
    {
      version: VERSION,
      host,
      port: http,
      grpc_port: grpc,
      metrics_port: metrics,
      data_dir: dataDir,
      ...(workers > 1 && { workers }),
    },
    `ready: http://${host}:${http}/docs`,
  );
}
