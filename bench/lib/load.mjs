/** Closed-loop load: as many requests as a number of connections can carry. From wrk, or autocannon where there is none. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SCRIPT = fileURLToPath(new URL('wrk.lua', import.meta.url));
const TIMEOUT_SECONDS = 30;

export const loadGenerator = wrkVersion() ?? 'autocannon';

/** Shell form of the load, for the report. */
export const loadCommand = (connections, seconds) =>
  loadGenerator === 'autocannon'
    ? `autocannon -c ${connections} -d ${seconds} -m POST -i BODY -H HEADER URL`
    : `wrk -t1 -c${connections} -d${seconds}s --timeout ${TIMEOUT_SECONDS}s -s bench/lib/wrk.lua URL -- BODY HEADER`;

/**
 * Sends one request over and over.
 * @param request {url, headers, body}
 * @returns {{rps: number, p50: number, p90: number, p99: number, max: number}} latencies in milliseconds
 * @throws Error when any answer failed: a figure with errors in it means nothing
 */
export async function load(request, { connections, seconds }) {
  const measured = await (loadGenerator === 'autocannon' ? autocannonLoad : wrkLoad)(
    request,
    connections,
    seconds,
  );
  if (measured.requests === 0) throw new Error(`${request.url}: no request was answered in ${seconds} s`);
  if (measured.failed > 0)
    throw new Error(`${request.url}: ${measured.failed} of ${measured.requests} requests failed`);
  const { requests, failed: _failed, ...figures } = measured;
  return { ...figures, requests };
}

async function wrkLoad({ url, headers, body }, connections, seconds) {
  const dir = mkdtempSync(join(tmpdir(), 'bench-body-'));
  try {
    const file = join(dir, 'body');
    writeFileSync(file, body);
    const options = [
      '-t1',
      `-c${connections}`,
      `-d${seconds}s`,
      '--timeout',
      `${TIMEOUT_SECONDS}s`,
      '-s',
      SCRIPT,
      url,
    ];
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    const { stdout } = await promisify(execFile)('wrk', [...options, '--', file, ...lines]);
    const raw = JSON.parse(stdout.trim().split('\n').at(-1));
    const ms = (microseconds) => microseconds / 1000;
    return {
      rps: raw.requests / (raw.microseconds / 1e6),
      p50: ms(raw.p50),
      p90: ms(raw.p90),
      p99: ms(raw.p99),
      max: ms(raw.max),
      requests: raw.requests,
      failed: raw.failed,
    };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

async function autocannonLoad({ url, headers, body }, connections, seconds) {
  const { default: autocannon } = await import('autocannon');
  const options = {
    url,
    method: 'POST',
    headers,
    body,
    connections,
    duration: seconds,
    timeout: TIMEOUT_SECONDS,
  };
  const { requests, latency, errors, non2xx, timeouts, duration } = await autocannon(options);
  const { p50, p90, p99, max } = latency;
  return {
    rps: requests.total / duration,
    p50,
    p90,
    p99,
    max,
    requests: requests.total,
    failed: errors + non2xx + timeouts,
  };
}

function wrkVersion() {
  try {
    return execFileSync('sh', ['-c', 'wrk -v 2>&1 || true'], { encoding: 'utf8' }).match(
      /^wrk [^ [\n]+/,
    )?.[0];
  } catch {
    return undefined;
  }
}
