/** Closed-loop load of requests that differ from one another and may fail: what is counted is what they are answered. */
import { Connection, encodeRequest } from './connection.mjs';

/**
 * Sends requests over so many connections, each the next one as soon as it is answered, until it is stopped.
 * @param makeRequest the i-th request: {path, headers, body}
 * @returns {{stop: () => Promise<{seconds: number, statuses: Record<number, number>}>}}
 */
export async function startFlood({ url, connections, makeRequest }) {
  const port = Number(new URL(url).port);
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(port)));
  const statuses = {};
  const startedAt = performance.now();
  let isOver = false;
  let sent = 0;
  const ends = open.map((connection) => keepSending(connection));
  return { stop };

  async function keepSending(connection) {
    while (!isOver) {
      const { status } = await new Promise((resolve, reject) =>
        connection.send(encodeRequest(makeRequest(sent++)), (error, answer) =>
          error ? reject(error) : resolve(answer),
        ),
      );
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
    connection.close();
  }

  async function stop() {
    isOver = true;
    const seconds = (performance.now() - startedAt) / 1000;
    await Promise.all(ends);
    return { seconds, statuses };
  }
}
