import type { FastifyInstance, onSendHookHandler } from 'fastify';
import type {} from '../auth/login/checks-password.js';

/** Statuses for too many attempts. A wrong password needs no delay: bcrypt already took its time. */
const STATUSES = [429, 503];
const HOLD_MS = 1000;
/** Responses delayed at the same time. Each keeps a socket and a few kilobytes. */
const HELD_LIMIT = 1000;

/**
 * Delays the response to a login above the limit. Rejecting is cheap, but a client that is answered immediately retries
 * immediately, and thousands of rejections per second would take capacity from predictions.
 */
export function holdRefusedLogins(fastify: FastifyInstance): void {
  let held = 0;
  const hold: onSendHookHandler = (_request, reply, payload, done) => {
    if (!STATUSES.includes(reply.statusCode) || held >= HELD_LIMIT) return done(null, payload);
    held += 1;
    setTimeout(() => {
      held -= 1;
      done(null, payload);
    }, HOLD_MS);
  };
  fastify.addHook('onRoute', (route) => {
    if (route.config?.checksPassword) route.onSend = [route.onSend ?? [], hold].flat();
  });
}
