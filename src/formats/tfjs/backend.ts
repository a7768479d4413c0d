import type * as Core from '@tensorflow/tfjs-core';

/** TensorFlow.js with its backend chosen. */
export interface Tensorflow {
  readonly tf: typeof Core;
  /** `tensorflow` (tfjs-node, the native library), `wasm` or `cpu`. */
  readonly backend: string;
}

let loading: Promise<Tensorflow> | undefined;

/**
 * Loads TensorFlow.js on first use and chooses the backend once for the process: tfjs-node if its native library is
 * installed, else WebAssembly (with SIMD if the machine supports it; one thread, because the library has no threads on
 * Node), else plain JavaScript. A process that does not need TensorFlow.js does not import it.
 */
export function tensorflow(): Promise<Tensorflow> {
  return (loading ??= load());
}

async function load(): Promise<Tensorflow> {
  const tf = await import('@tensorflow/tfjs-core');
  // Silences the library's banners, which advertise its other backends.
  tf.env().set('PROD', true);
  const backend =
    (await choose(tf, 'tensorflow', () => import(OPTIONAL_NATIVE))) ??
    (await choose(tf, 'wasm', () => import('@tensorflow/tfjs-backend-wasm'))) ??
    (await choose(tf, 'cpu', () => import('@tensorflow/tfjs-backend-cpu')));
  if (!backend) throw new Error('TensorFlow.js has no backend that starts on this machine');
  return { tf, backend };
}

/** An optional dependency: its native library is a download that many installs cannot make. */
const OPTIONAL_NATIVE: string = '@tensorflow/tfjs-node';

async function choose(
  tf: typeof Core,
  name: string,
  register: () => Promise<unknown>,
): Promise<string | undefined> {
  try {
    return await keepingProcessListeners(async () => {
      await register();
      return (await tf.setBackend(name)) && computes(tf) ? name : undefined;
    });
  } catch {
    return undefined;
  }
}

/** A native library can load on a version of Node that it was not made for, and fail at the first operation. */
function computes(tf: typeof Core): boolean {
  const [product] = tf.tidy(() => tf.matMul([[2, 3]], [[5], [7]]).dataSync());
  return product === 31;
}

const PROCESS_EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

/**
 * Emscripten's loader listens to the process's last-resort events and never stops; how this process dies is for the
 * program to say.
 */
async function keepingProcessListeners<T>(work: () => Promise<T>): Promise<T> {
  const before = PROCESS_EVENTS.map((event) => new Set(process.listeners(event as 'uncaughtException')));
  try {
    return await work();
  } finally {
    PROCESS_EVENTS.forEach((event, i) => {
      for (const listener of process.listeners(event as 'uncaughtException')) {
        if (!before[i].has(listener)) process.removeListener(event, listener);
      }
    });
  }
}

/** Runs work on a backend other than the process's own, and returns to that. Not to be interleaved: see exclusively. */
export async function onBackend<T>(
  { tf, backend }: Tensorflow,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  if (name === backend) return work();
  if (name === 'cpu') await import('@tensorflow/tfjs-backend-cpu');
  await tf.setBackend(name);
  try {
    return await work();
  } finally {
    await tf.setBackend(backend);
  }
}
