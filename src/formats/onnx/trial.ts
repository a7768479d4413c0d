import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { type Signature, ModelFileError } from '../../inference/model.js';
import { blankShapes, hasOpenSizes } from './blank.js';
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
const HALF_ONE = 0x3c00;
const blank = ({ name, type, dims }, value) => {
  const size = dims.reduce((a, b) => a * b, 1);
  const data = type === 'string' ? Array(size).fill('') :
    type === 'float16' ? new Uint16Array(size).fill(value * HALF_ONE) :
    type.endsWith('int64') ? Array(size).fill(BigInt(value)) : Array(size).fill(value);
  return [name, new ort.Tensor(type, data, dims)];
};
(async () => {
  const session = await ort.InferenceSession.create(job.path, job.sessionOptions);
  const run = async (feeds, value) => {
    const tensors = Object.fromEntries(feeds.map((feed) => blank(feed, value)));
    const results = await session.run(tensors, job.outputs, job.runOptions);
    return Object.fromEntries(job.outputs.map((name) => [name, results[name].dims]));
  };
  let error;
  for (const { value, runs } of job.attempts) {
    const shapes = [];
    for (const { rows, feeds } of runs) {
      try {
        shapes.push({ rows, shapes: await run(feeds, value) });
      } catch (failure) {
        error ??= String(failure.message);
        if (shapes.length === 0) break;
      }
    }
    if (shapes.length > 0) return { runs: shapes };
  }
  return { runs: [], error };
})().catch((error) => ({ error: String(error.message) })).then((answer) => fs.writeSync(1, JSON.stringify(answer)));
`;

/** The shape of each output that a number of rows gave. */
export interface TrialRun {
  readonly rows: number;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
}

interface Answer {
  /** Undefined where the model could not be loaded. */
  readonly runs?: readonly TrialRun[];
  readonly error?: string;
}

export interface Trial {
  /** Of 1, 2 and 3 rows, those that the model answered. */
  readonly runs: readonly TrialRun[];
  /** Why it answered none, if it should have been expected to. */
  readonly warning?: string;
}

/** Failures which show that this model rejects zeros and empty texts, not that it cannot run. */
const REFUSES_BLANK = /running (OneHotEncoder|LabelEncoder|CategoryMapper) node|Integer division by zero/;

/** Numbers of rows that a model with rows is tried on: what is one answer a row differs in each of them. */
const ROWS = [1, 2, 3];
/** Sizes that a size which the file leaves open is tried with. */
const OPEN_SIZES = [1, 16, 224];
/** Numbers that a trial fills the inputs with; some graphs refuse zeros, as a divisor or a size. */
const VALUES = [0, 1];

/**
 * Loads the model once, to prove that this onnxruntime has every operator and version that it needs, and runs it on
 * blank rows, to see the shapes of its outputs. It runs in a separate process with a time limit and an empty
 * environment: a graph is a program, which may loop endlessly, exhaust the memory or crash the library, and that must
 * not stop the server.
 * @throws ModelFileError with onnxruntime's reason where the model cannot be loaded, or does not end
 */
export async function tryModel(path: string, signature: Signature, weightBytes: number): Promise<Trial> {
  const outputs = signature.outputs.map(({ name }) => name);
  const library = createRequire(import.meta.url).resolve('onnxruntime-node');
  const job = {
    path,
    library,
    sessionOptions: sessionOptions(weightBytes),
    runOptions: RUN_OPTIONS,
    attempts: attemptsFor(signature),
    outputs,
  };
  const { runs, error = '' } = await runChild(JSON.stringify(job));
  if (!runs) throw new ModelFileError(`onnxruntime cannot load the model: ${reasonOf(error)}`);
  if (runs.length > 0 || error === '' || REFUSES_BLANK.test(error)) return { runs };
  return { runs, warning: `the model could not be tried on blank inputs: ${reasonOf(error)}` };
}

/** What is tried, until something is answered. */
function attemptsFor(signature: Signature): object[] {
  const { inputs } = signature;
  const isOpen = inputs.some(({ shape }) => shape[0] === -1);
  const sizes = hasOpenSizes(signature) ? OPEN_SIZES : [1];
  return sizes.flatMap((open) => {
    const runs = (isOpen ? ROWS : [inputs[0].shape[0] ?? 1]).flatMap((rows) => {
      const shapes = blankShapes(signature, rows, open);
      const feeds = shapes?.map((dims, i) => ({
        name: inputs[i].name,
        type: ortTypeOf(inputs[i].datatype),
        dims,
      }));
      return feeds ? [{ rows, feeds }] : [];
    });
    return VALUES.map((value) => ({ value, runs }));
  });
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
