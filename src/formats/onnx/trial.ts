import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { type Signature, ModelFileError } from '../../inference/model.js';
import { blankInputs } from './blank.js';
import { ortTypeOf } from './datatypes.js';
import { reasonOf, RUN_OPTIONS, sessionOptions } from './onnxruntime.js';

const TIME_LIMIT_MS = 30_000;
const MAX_ANSWER = 2 ** 20;

/**
 * The program of the child process. Plain CommonJS, for `node --eval` runs it before any of the server is built.
 * It offers itself to the kernel as the first process to end when memory runs out.
 */
const PROGRAM = `
const fs = require('node:fs');
try { fs.writeFileSync('/proc/self/oom_score_adj', '1000'); } catch {}
const job = JSON.parse(fs.readFileSync(0, 'utf8'));
const ort = require(job.library);
ort.env.logLevel = 'fatal';
const blank = ({ type, dims, size }) =>
  new ort.Tensor(type, type === 'string' ? Array(size).fill('') :
    type === 'float16' ? new Uint16Array(size) : type.endsWith('int64') ? Array(size).fill(0n) : Array(size).fill(0), dims);
(async () => {
  const session = await ort.InferenceSession.create(job.path, job.sessionOptions);
  if (!job.feeds) return { loaded: true };
  const feeds = Object.fromEntries(job.feeds.map((feed) => [feed.name, blank(feed)]));
  try {
    const results = await session.run(feeds, job.outputs, job.runOptions);
    return { loaded: true, shapes: Object.fromEntries(job.outputs.map((name) => [name, results[name].dims])) };
  } catch (error) {
    return { loaded: true, error: String(error.message) };
  }
})().catch((error) => ({ error: String(error.message) })).then((answer) => fs.writeSync(1, JSON.stringify(answer)));
`;

interface Answer {
  readonly loaded?: boolean;
  readonly error?: string;
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
}

/** Failures that say that zeros and empty texts are no values for this model, not that the model cannot run. */
const REFUSES_BLANK = /running (OneHotEncoder|LabelEncoder|CategoryMapper) node|Integer division by zero/;

/**
 * Loads the model once and runs it on one blank row, to prove that this onnxruntime has every operator and version
 * that it needs. A process of its own does it, under a time limit: a graph is a program, which may loop for ever,
 * or exhaust the memory, or crash the library, and the server must outlive that. It gets none of our environment.
 * @returns the shape of each output for one row; undefined where the sizes of the inputs are open, or the blank row
 *   is one that the model refuses by design
 * @throws ModelFileError with onnxruntime's reason
 */
export async function tryModel(
  path: string,
  signature: Signature,
  weightBytes: number,
): Promise<Answer['shapes']> {
  const feeds = blankInputs(signature)?.map(({ name, datatype, shape, data }) => ({
    name,
    type: ortTypeOf(datatype),
    dims: shape,
    size: data.length,
  }));
  const outputs = signature.outputs.map(({ name }) => name);
  const library = createRequire(import.meta.url).resolve('onnxruntime-node');
  const job = {
    path,
    library,
    sessionOptions: sessionOptions(weightBytes),
    runOptions: RUN_OPTIONS,
    feeds,
    outputs,
  };
  const answer = await runChild(JSON.stringify(job));
  if (answer.error && !(answer.loaded && REFUSES_BLANK.test(answer.error))) {
    const what = answer.loaded ? 'cannot run the model on zeros' : 'cannot load the model';
    throw new ModelFileError(`onnxruntime ${what}: ${reasonOf(answer.error)}`);
  }
  return answer.shapes;
}

function runChild(job: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--eval', PROGRAM], {
      env: {},
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: TIME_LIMIT_MS,
      killSignal: 'SIGKILL',
    });
    let answer = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      if (answer.length <= MAX_ANSWER) answer += chunk;
    });
    child.stdin.on('error', () => undefined).end(job);
    child.on('error', reject);
    child.on('close', (_code, signal) => {
      if (child.killed) {
        return reject(new ModelFileError(`the model did not load and run within ${TIME_LIMIT_MS / 1000} s`));
      }
      if (signal)
        return reject(new ModelFileError(`onnxruntime ended with ${signal} when it tried the model`));
      try {
        resolve(JSON.parse(answer) as Answer);
      } catch {
        reject(new ModelFileError('onnxruntime ended without an answer when it tried the model'));
      }
    });
  });
}
