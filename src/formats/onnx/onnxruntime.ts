import { availableParallelism } from 'node:os';
import type * as Ort from 'onnxruntime-node';

/** Only a model brings the library into memory: its CPU build takes about 30 MB, and a server may serve none of them. */
export async function onnxruntime(): Promise<typeof Ort> {
  const ort = await import('onnxruntime-node');
  ort.env.logLevel = 'fatal';
  return ort;
}

const LARGE_MODEL_BYTES = 8 * 2 ** 20;
const MAX_THREADS = 4;

/**
 * onnxruntime keeps a pool of threads for each session, which spin for a while after every run. A tabular model
 * computes in microseconds, so its pool would only take the cores from the server's own work: one thread, no pool.
 * The runs of large models hold up the event loop for as long as they take, so these may use the cores there are.
 * Batches vary in size, so a memory pattern learned for one would be kept in vain for each. Errors reach the caller
 * as exceptions; the library need not print them, too.
 * @param weightBytes size of the model with its external data
 */
export function sessionOptions(weightBytes: number): Ort.InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    executionMode: 'sequential',
    interOpNumThreads: 1,
    intraOpNumThreads: weightBytes < LARGE_MODEL_BYTES ? 1 : Math.min(availableParallelism(), MAX_THREADS),
    enableMemPattern: false,
    logSeverityLevel: 4,
  };
}

/** The same for single runs. */
export const RUN_OPTIONS: Ort.InferenceSession.RunOptions = { logSeverityLevel: 4 };

/** A C++ function's signature, as onnxruntime puts it before what it has to say. */
const SIGNATURE = /(?:[\w:*&]+ )?onnxruntime::[\w:~<>]+\([^()]*\)(?: const)?(?:::<lambda\(\)>)?/g;

/** onnxruntime's message in one line, without the paths of the model and the places in the library's own source. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replace(/Load model from .*? failed:/s, '')
    .replace(/\S*onnxruntime_src\S*|\S+\.(cc|h):\d+/g, '')
    .replace(SIGNATURE, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 400);
}
