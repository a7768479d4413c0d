import type { FastifyRequest } from 'fastify';

/**
 * Bytes of a rejected request's body that are read before the connection is closed. Most clients read the response only
 * after they have sent the whole body.
 */
const BYTES_LIMIT = 64 * 2 ** 20;
/**
 * Milliseconds that a client has to read the response or to send the rest of the body, before the connection is closed.
 */
const LINGER_MS = 1000;

/**
 * Reads the body of a rejected request and discards it. If a connection is closed with unread bytes, it is reset and
 * the client loses the response.
 * @param answer sends the response: immediately, or, if the client wants the connection closed afterwards, when the
 * body is read
 */
export function dropBody({ raw }: FastifyRequest, answer: () => void): void {
  let bytes = 0;
  const onData = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes <= BYTES_LIMIT) return;
    raw.off('data', onData).pause();
    setTimeout(() => raw.destroy(), LINGER_MS).unref();
  };
  raw.on('data', onData);
  if (raw.headers.connection?.toLowerCase() === 'close') whenRead(raw, answer);
  else answer();
}

function whenRead(raw: FastifyRequest['raw'], answer: () => void): void {
  const finish = (): void => {
    clearTimeout(timer);
    raw.off('end', finish).off('close', finish);
    answer();
  };
  const timer = setTimeout(finish, LINGER_MS);
  raw.once('end', finish).once('close', finish);
}
