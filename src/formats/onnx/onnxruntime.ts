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

/** A place in the library's own source. */
const SOURCE_PLACE = /onnxruntime_src|\.(?:cc|h):\d+$/;

/**
 * What of a message is looked at. Names of a model's own stand in it, and the patterns above take quadratic time on
 * one long word.
 */
const MESSAGE_LENGTH = 8_192;
const WORD_LENGTH = 200;

/** onnxruntime's message in one line, without the paths of the model and the places in the library's own source. */
export function reasonOf(error: unknown): string {
  const message = (error instanceof Error ? error.message : String(error)).slice(0, MESSAGE_LENGTH);
  return afterPath(message)
    .split(/\s+/)
    .filter((word) => !SOURCE_PLACE.test(word.slice(-WORD_LENGTH)))
    .map((word) => (word.length > WORD_LENGTH ? `${word.slice(0, WORD_LENGTH)}…` : word))
    .join(' ')
    .replace(SIGNATURE, '')
    .replace(/ {2,}/g, ' ')
    .trim()
    .slice(0, 400);
}

/** The message without "Load model from PATH failed:". */
function afterPath(message: string): string {
  const start = message.indexOf('Load model from ');
  const end = start < 0 ? -1 : message.indexOf(' failed:', start);
  return end < 0 ? message : message.slice(0, start) + message.slice(end + ' failed:'.length);
}
