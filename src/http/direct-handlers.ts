import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { PredictionMethod } from '../auth/gate/auth.decorator.js';

/**
 * Lets Fastify call the controllers' methods of prediction routes itself. The gate has admitted the call by then, and
 * what the method throws reaches the error filter as from any route.
 */
export function callDirectHandlers(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRoute', (options) => {
      const direct = options.config?.direct;
      if (!direct) return;
      const controller = app.get<Record<string, PredictionMethod>>(direct.controller);
      options.handler = (request, reply) => controller[direct.method](request, reply);
    });
}
