import type { FastifyRequest } from 'fastify';

/** Bytes of a refused body after which the connection is closed. Most clients read the answer once they have sent all. */
const BYTES_LIMIT = 64 * 2 ** 20;
/** How long, in milliseconds, a caller may take to read the answer or to send the rest before the connection is closed. */
const LINGER_MS = 1000;

/**
 * Reads what comes of a refused request's body, and drops it: a connection that is closed with unread bytes is reset,
 * and the caller loses the answer.
 * @param answer sends the answer: at once, or, where the caller wants the connection closed after it, when the body is
 *   read
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
