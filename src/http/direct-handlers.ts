import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { PredictionMethod } from '../auth/gate/auth.decorator.js';

/**
 * Makes Fastify call the controller methods of prediction routes directly. The gate has admitted the request before
 * that, and errors reach the error filter as from any other route.
 */
export function callDirectHandlers(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRoute', (options) => {
      const direct = options.config?.direct;
      if (!direct) return;
      const controller = app.get<Record<string, PredictionMethod>>(direct.controller);
      const answer = controller[direct.method];
      if (answer) options.handler = (request, reply) => answer.call(controller, request, reply);
    });
}
