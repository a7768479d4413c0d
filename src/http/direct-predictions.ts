import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { admit, bearerToken } from '../auth/gate/access.guard.js';
import { AccessService } from '../auth/gate/access.service.js';
import type { PredictionMethod, PredictionRoute } from '../auth/gate/auth.decorator.js';
import { RateLimiter } from '../auth/gate/rate-limiter.js';
import type { Principal } from '../common/principal.js';
import { ErrorFilter } from './error.filter.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly prediction?: PredictionRoute;
  }
}

/**
 * Leads predictions whose token is remembered past Nest's pipeline, which costs a tenth of one: the checks of its guards
 * in their order, the controller's method, the error filter. Whatever is not plain goes Nest's way. A guard that is added
 * for all routes has to be added here too; `test/authorisation.e2e.ts` asks with remembered tokens.
 */
export function answerPredictionsDirectly(app: NestFastifyApplication): void {
  const access = app.get(AccessService);
  const limiter = app.get(RateLimiter);
  const filter = app.get(ErrorFilter);

  const answer = async (
    request: FastifyRequest,
    reply: FastifyReply,
    route: PredictionRoute,
    principal: Principal,
    predict: PredictionMethod,
  ): Promise<unknown> => {
    try {
      admit(access, request, route.access, principal);
      const limits = limiter.hit('prediction', principal.userId);
      if (limits) void reply.headers(limits instanceof Promise ? await limits : limits);
      if (request.bodyFault) throw request.bodyFault;
      return await predict(request, reply);
    } catch (error) {
      filter.answer(error, request, reply);
      return reply;
    }
  };

  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRoute', (options) => {
    const route = options.config?.prediction;
    if (!route) return;
    const controller = app.get<Record<string, PredictionMethod>>(route.controller);
    const predict: PredictionMethod = (request, reply) => controller[route.method](request, reply);
    const nestsHandler = options.handler;
    options.handler = function (request, reply) {
      const token = bearerToken(request);
      const principal = token === undefined ? undefined : access.remembered(token);
      return principal && !hasEmptyParam(request)
        ? answer(request, reply, route, principal, predict)
        : nestsHandler.call(this, request, reply);
    };
  });
}

/** Nest takes a path without a value where its route has a parameter for another path. */
function hasEmptyParam({ params }: FastifyRequest): boolean {
  for (const name in params as Record<string, string>)
    if ((params as Record<string, string>)[name] === '') return true;
  return false;
}
