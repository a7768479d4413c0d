/**
 * Open-loop load, run as a process of its own: node paced-client.mjs < JSON of {port, request, rate, seconds, connections}.
 *
 * Request i is due at i / rate seconds whether or not earlier ones were answered, and its latency counts from that
 * moment: a server that stalls is charged for every request that had to wait (no coordinated omission). A request
 * that is due goes out on an idle connection; with none idle it waits its turn. Prints JSON, milliseconds.
 */
import { text } from 'node:stream/consumers';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Connection, encodeRequest } from './connection.mjs';
import { percentile } from './stats.mjs';

const now = () => performance.timeOrigin + performance.now();

if (isMainThread) process.stdout.write(JSON.stringify(await measure(JSON.parse(await text(process.stdin)))));
else tick(workerData);

async function measure({ port, request, rate, seconds, connections }) {
  const bytes = encodeRequest(request);
  const total = Math.round(rate * seconds);
  const latencies = new Float64Array(total);
  const idle = await Promise.all(Array.from({ length: connections }, () => Connection.open(port)));
  const startAt = now() + 200;
  let due = 0;
  let sent = 0;
  let answered = 0;
  let failed = 0;
  await new Promise((resolve, reject) => {
    const sendDue = () => {
      while (sent < due && idle.length > 0) send(sent++, idle.pop());
    };
    const send = (i, connection) =>
      connection.send(bytes, (error, answer) => {
        if (error) return reject(error);
        latencies[i] = now() - startAt - (i * 1000) / rate;
        if (answer.status !== 200) failed++;
        idle.push(connection);
        if (++answered === total) resolve();
        else sendDue();
      });
    const clock = new Worker(new URL(import.meta.url), { workerData: { startAt, rate, total } });
    clock.on('error', reject).on('message', (count) => {
      due = count;
      sendDue();
    });
  });
  for (const connection of idle) connection.close();
  latencies.sort();
  const [p50, p90, p99, max] = [50, 90, 99, 100].map((percent) => percentile(latencies, percent));
  return { requests: total, failed, p50, p90, p99, max };
}

/** Tells the main thread how many requests are due, each at its time; a timer of the event loop is a millisecond late. */
function tick({ startAt, rate, total }) {
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (let i = 0; i < total;) {
    const dueAt = startAt + (i * 1000) / rate;
    const early = dueAt - now();
    // It wakes up to a tenth of a millisecond late, for all subjects alike; spinning would take one of two cores from them.
    if (early > 0) Atomics.wait(never, 0, 0, early);
    i = Math.min(total, Math.floor(((now() - startAt) * rate) / 1000) + 1);
    parentPort.postMessage(i);
  }
}
