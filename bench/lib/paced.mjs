/** Load at a fixed rate, latencies from the moment at which each request was due. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const CLIENT = fileURLToPath(new URL('paced-client.mjs', import.meta.url));

/**
 * @param request {url, headers, body: string}
 * @param rate requests a second
 * @returns latencies p50, p90, p99, max in milliseconds
 * @throws Error when any request failed
 */
export async function pacedLoad(request, { rate, seconds, connections = 128 }) {
  const { port, pathname } = new URL(request.url);
  const client = spawn(process.execPath, [CLIENT], { stdio: ['pipe', 'pipe', 'inherit'] });
  const { headers, body } = request;
  client.stdin.end(
    JSON.stringify({
      port: Number(port),
      request: { path: pathname, headers, body },
      rate,
      seconds,
      connections,
    }),
  );
  const measured = JSON.parse(await text(client.stdout));
  if (measured.failed > 0)
    throw new Error(`${request.url}: ${measured.failed} of ${measured.requests} requests failed`);
  return measured;
}
