import type { FastifyInstance, onSendHookHandler } from 'fastify';
import type {} from '../auth/login/checks-password.js';

/** Statuses for too many attempts. A wrong password needs no delay: bcrypt already took its time. */
const STATUSES = [429, 503];
const HOLD_MS = 1000;
/** Answers held at once; each keeps a socket and a few kilobytes. */
const HELD_LIMIT = 1000;

/**
 * Holds the answer to a login that is refused for its number. Refusing is cheap, but a client that is answered at once
 * comes back at once, and thousands of refusals a second would take from predictions what bcrypt does not.
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
