import type { Config } from '../config/config.js';
import type { Tracing } from './tracing.js';

/** Traces cost nothing where they are off: their libraries are not even read. */
export async function startTracing({ tracing }: Config): Promise<Tracing | undefined> {
  if (!tracing) return undefined;
  const { Tracing } = await import('./tracing.js');
  return Tracing.start(tracing);
}
