import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { StartError } from '../common/errors.js';
import { LOGGER } from '../common/logger.module.js';
import { MetricsService } from './metrics.service.js';

/** `GET /metrics` on a separate port, without a token. It serves nothing else. */
@Injectable()
export class MetricsServer implements OnModuleDestroy {
  private server?: Server;

  constructor(
    private readonly metrics: MetricsService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @returns the listening port. @throws StartError if the port is not available */
  listen(host: string, port: number): Promise<number> {
    const server = (this.server = createServer((request, response) => void this.answer(request, response)));
    return new Promise((resolve, reject) => {
      server.once('error', (error) =>
        reject(new StartError(`cannot listen for metrics on ${host}:${port}: ${error.message}`)),
      );
      server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
    });
  }

  onModuleDestroy(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }

  private async answer({ method, url }: IncomingMessage, response: ServerResponse): Promise<void> {
    if (url?.split('?', 1)[0] !== '/metrics') return void response.writeHead(404).end();
    if (method !== 'GET' && method !== 'HEAD')
      return void response.writeHead(405, { allow: 'GET, HEAD' }).end();
    try {
      const text = await this.metrics.text();
      response.writeHead(200, { 'content-type': Registry.PROMETHEUS_CONTENT_TYPE }).end(text);
    } catch (error) {
      this.logger.error({ err: error }, 'could not read the metrics');
      response.writeHead(500).end();
    }
  }
}
