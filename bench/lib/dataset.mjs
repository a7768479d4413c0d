/** Models and rows that the subjects are asked. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { labelsOf, loadPackage } from './evaluator.mjs';
import { pythonEnv, pythonOf } from './python.mjs';

/**
 * Fits and pickles the models with scikit-learn, where there is Python.
 * @returns {Promise<{fitted?: string, dataset: {rows: number[][], answers?: object}, shippedLabels: number[]}>} the
 *   folder of the pickles, rows with scikit-learn's answers by file, and the shipped model's
 */
export async function prepareDataset(root, work) {
  const data = join(root, 'data', 'pima-indians-diabetes.csv');
  const python = pythonOf(root, 'reference');
  const fitted = python && join(work, 'models');
  if (python)
    execFileSync(python, [join(root, 'bench', 'python', 'fit.py'), fitted, data], {
      env: pythonEnv(),
      stdio: 'inherit',
    });
  const dataset = fitted
    ? JSON.parse(readFileSync(join(fitted, 'rows.json'), 'utf8'))
    : { rows: rowsOf(data) };
  const shipped = await loadPackage(join(root, 'models', 'diabetes', '1'));
  return { fitted, dataset, shippedLabels: await labelsOf(shipped, dataset.rows) };
}

const rowsOf = (csv) =>
  readFileSync(csv, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(',').slice(0, 8).map(Number));
