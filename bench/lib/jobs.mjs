/** Batch jobs over Modelgate's REST API. */
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 200;
const FAILED = /fail|cancel|error/;
const DONE = /succe|complete|done|finish/;

/**
 * A job on all the rows, to be run as often as called, awaited to its end.
 * @returns undefined where the server has no jobs
 */
export async function jobOf(modelgate, model, rows) {
  const { signature } = await (
    await fetch(`${modelgate.url}/v1/models/${model}`, { headers: modelgate.headers })
  ).json();
  const names = signature.features.map(({ name }) => name).join();
  const csv = (some) => Buffer.from(`${names}\n${some.map((row) => row.join()).join('\n')}\n`);
  const probe = await submit(modelgate, model, csv(rows.slice(0, 1)));
  if (probe.status === 404) return undefined;
  await finished(modelgate, probe);
  const file = csv(rows);
  return async () => finished(modelgate, await submit(modelgate, model, file));
}

function submit(modelgate, model, body) {
  const headers = { ...modelgate.headers, 'Content-Type': 'text/csv' };
  return fetch(`${modelgate.url}/v1/models/${model}/jobs`, { method: 'POST', headers, body });
}

async function finished(modelgate, accepted) {
  if (!accepted.ok) throw new Error(`jobs: ${accepted.status} ${(await accepted.text()).slice(0, 300)}`);
  const { id } = await accepted.json();
  const url = new URL(
    accepted.headers.get('location') ?? `${new URL(accepted.url).pathname}/${id}`,
    modelgate.url,
  );
  for (;;) {
    const { state } = await (await fetch(url, { headers: modelgate.headers })).json();
    if (FAILED.test(state)) throw new Error(`job ${id} ended as ${state}`);
    if (DONE.test(state)) return;
    await sleep(POLL_MS);
  }
}
