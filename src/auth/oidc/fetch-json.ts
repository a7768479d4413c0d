/** How long the provider may take, from the first byte sent to the last one read. */
const TIMEOUT_MS = 3000;
/** Discovery documents and key sets have a few KB. */
const BODY_LIMIT = 256 * 1024;

/** Fetches JSON, without redirects, with limits on time and size. @throws Error with a message for the log */
export async function fetchJson(url: string): Promise<unknown> {
  const response = await fetch(url, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`${url} answered ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop closes the connection.
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > BODY_LIMIT) throw new Error(`${url} answered more than ${BODY_LIMIT} bytes`);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString());
}
