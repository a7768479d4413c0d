import type { Config } from '../config/config.js';
import type { Tracing } from './tracing.js';

/** The tracing libraries are loaded only if tracing is on. */
export async function startTracing({ tracing }: Config): Promise<Tracing | undefined> {
  if (!tracing) return undefined;
  const { Tracing } = await import('./tracing.js');
  return Tracing.start(tracing);
}
