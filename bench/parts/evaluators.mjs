/** The evaluators alone, without HTTP, against the library's own predict_proba with one job. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { loadModelFile, tensorOf } from '../lib/evaluator.mjs';
import { pythonEnv, pythonOf } from '../lib/python.mjs';
import { interleaved } from '../lib/rounds.mjs';
import { median, medianRatio, medians } from '../lib/stats.mjs';
import { atMost, format } from '../lib/verdicts.mjs';

const MODELS = {
  'forest.pkl': { name: 'random forest of 100 trees', calls: 5 },
  'finalized_model.sav': { name: 'logistic regression', calls: 100 },
  'boosting.pkl': { name: 'gradient boosting', calls: 10 },
  'lightgbm.pkl': { name: 'LightGBM, 200 trees of depth 6', calls: 5 },
  'xgboost.pkl': { name: 'XGBoost, 200 trees of depth 6', calls: 5 },
};

export const title = 'Evaluators';

export async function run(context) {
  if (!context.fitted) return { skipped: 'there is nothing to compare with without Python' };
  const sklearn = new SklearnTimer(
    pythonOf(context.root, 'reference'),
    join(context.root, 'bench'),
    context.fitted,
  );
  try {
    const results = {};
    for (const [file, { calls }] of Object.entries(MODELS))
      results[file] = await measure(context, sklearn, file, calls);
    return { tables: [tableOf(results)], verdicts: Object.entries(results).map(verdictOf), raw: results };
  } finally {
    sklearn.close();
  }
}

async function measure({ fitted, dataset, rounds }, sklearn, file, calls) {
  const model = await loadModelFile(join(fitted, file));
  const ours = await timed(model, [tensorOf(model, dataset.rows)], calls);
  const theirs = await sklearn.time(file, calls);
  if (Math.abs(ours.sum - theirs.sum) > 1e-6)
    throw new Error(`${file}: the probabilities differ: ${ours.sum}, ${theirs.sum}`);
  const results = await interleaved(
    {
      sklearn: async () => ({ ms: median((await sklearn.time(file, calls)).times) }),
      modelgate: async () => ({
        ms: median((await timed(model, [tensorOf(model, dataset.rows)], calls)).times),
      }),
    },
    rounds,
  );
  await model.dispose();
  return results;
}

/** Milliseconds of each call, after as many to warm up; and the sum of the second class' probabilities. */
async function timed(model, inputs, calls) {
  const times = [];
  let output;
  for (let call = 0; call < 2 * calls; call++) {
    const started = performance.now();
    [output] = await model.infer(inputs, ['predict_proba']);
    if (call >= calls) times.push(performance.now() - started);
  }
  return { times, sum: output.data.reduce((sum, value, i) => (i % 2 === 1 ? sum + value : sum), 0) };
}

/** A Python process that holds the models and times scikit-learn on request. */
class SklearnTimer {
  #process;
  #lines;

  constructor(python, cwd, directory) {
    this.#process = spawn(python, [join('python', 'time_sklearn.py'), directory], {
      cwd,
      env: pythonEnv(),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  async time(model, calls) {
    this.#process.stdin.write(`${JSON.stringify({ model, calls })}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('time_sklearn.py ended');
    return JSON.parse(value);
  }

  close() {
    this.#process.stdin.end();
  }
}

function tableOf(results) {
  return {
    title: '10,000 rows × 8, predict_proba, ms',
    columns: ['', 'Modelgate', 'the library, one job', 'ratio'],
    rows: Object.entries(results).map(([file, { modelgate, sklearn }]) => [
      MODELS[file].name,
      format(medians(modelgate).ms),
      format(medians(sklearn).ms),
      format(medianRatio(modelgate, sklearn, 'ms')),
    ]),
  };
}

const verdictOf = ([file, { modelgate, sklearn }]) =>
  atMost(
    `${MODELS[file].name}, 10,000 rows: evaluator's time against the library's`,
    medianRatio(modelgate, sklearn, 'ms'),
    1,
  );
