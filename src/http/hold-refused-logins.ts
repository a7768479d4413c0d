import type { FastifyInstance, onSendHookHandler } from 'fastify';

/** Routes that check a password. */
const ROUTES = ['/token', '/v1/users/me/password'];
/** Refused for their number; a wrong password has waited for bcrypt already. */
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
    if (ROUTES.includes(route.url)) route.onSend = [route.onSend ?? [], hold].flat();
  });
}
