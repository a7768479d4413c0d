import type { FastifyContextConfig, FastifyInstance } from 'fastify';
import { dropBody } from '../auth/gate/drop-body.js';
import {
  FORM_TYPE,
  isJsonType,
  mediaTypeOf,
  unsupportedMediaType,
  UPLOAD_TYPE,
} from '../common/media-type.js';
import type {} from '../prediction/protocols/protocol.js';

/** Refuses a body whose type the route does not take, before it is read. The body parser judges JSON labelled as a form. */
export function refuseOtherMediaTypes(fastify: FastifyInstance): void {
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    const type = mediaTypeOf(request.headers);
    const wanted =
      type === undefined || request.is404 ? undefined : otherThan(type, request.routeOptions.config);
    if (wanted === undefined) return done(null, payload);
    dropBody(request, () => done(unsupportedMediaType(request.headers, wanted)));
  });
}

/** The type that the route takes, if it is not this one; undefined also where the handler or the protocol judges. */
function otherThan(
  type: string,
  { takesFile, takesForm, takesUpload, protocol }: FastifyContextConfig,
): string | undefined {
  if (takesForm) return type === FORM_TYPE ? undefined : FORM_TYPE;
  if (takesUpload) return type === UPLOAD_TYPE ? undefined : UPLOAD_TYPE;
  const isTaken = takesFile || protocol?.anyMediaType || type === FORM_TYPE || isJsonType(type);
  return isTaken ? undefined : 'application/json';
}
