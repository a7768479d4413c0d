import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError } from '../../common/errors.js';
import { hasHungUp } from '../../common/hang-up.js';
import { noteAdministration } from '../../logging/administration.js';
import { bearerToken } from './bearer-token.js';
import { dropBody } from './drop-body.js';
import type { Access } from './auth.decorator.js';
import type { Admission, Entry, Gate } from './gate.js';

/**
 * Asks the gate about every request that matches a route, by its headers alone. The body of a rejected request is
 * neither decompressed nor parsed, only read and discarded, so that the client gets the response.
 */
export function admitRequests(fastify: FastifyInstance, gate: Gate): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.is404) return done();
    // Nest does not match a route whose path parameter is empty.
    if (hasEmptyParam(request)) return reply.callNotFound();
    noteAdministration(request);
    const { access } = request.routeOptions.config;
    if (access?.public) return done();
    const refuse = (error: Error): void => {
      dropBody(request, () => done(tellable(error, request)));
    };
    const pass = (admission: Admission): void => {
      // Nothing would ever end or fail the reading of its body.
      if (hasHungUp(request)) return refuse(new ApiError('client_closed_request'));
      if (admission.headers) void reply.headers(admission.headers);
      done();
    };
    let admission: Admission | Promise<Admission>;
    try {
      admission = gate.admit(entryOf(request, access));
    } catch (error) {
      return refuse(error as Error);
    }
    if (admission instanceof Promise) admission.then(pass, refuse);
    else pass(admission);
  });
}

function entryOf(request: FastifyRequest, access: Access | undefined): Entry {
  if (!access) throw new ApiError('not_authenticated');
  const { scope, modelParam, anyModel } = access;
  return {
    token: bearerToken(request.headers.authorization),
    scope,
    model: modelParam === undefined ? undefined : (request.params as Record<string, string>)[modelParam],
    anyModel,
    limited: request.routeOptions.config.limit === 'prediction',
    identified: (actor) => (request.user = actor),
  };
}

/** `inactive_user` is used only on routes whose clients know that error. */
const tellable = (error: Error, { routeOptions }: FastifyRequest): Error =>
  error instanceof ApiError &&
  error.code === 'inactive_user' &&
  !routeOptions.config.errorFormat?.tellsInactive
    ? new ApiError('invalid_token')
    : error;

function hasEmptyParam({ params }: FastifyRequest): boolean {
  for (const name in params as Record<string, string>)
    if ((params as Record<string, string>)[name] === '' && name !== '*') return true;
  return false;
}
