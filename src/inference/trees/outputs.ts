/** Outputs of trees for one or several targets. */
import type { Label } from '../model.js';
import { argmax, takeLabels } from '../numeric/numeric.js';
import type { Evaluator, Matrix, Prediction, Table } from '../tabular/evaluator.js';

/** For each target, the label of its largest score. `scores` has the columns of all targets side by side. */
export function bestLabels(scores: Matrix, classes: readonly (readonly Label[])[]): Prediction {
  const { rows, columns, data } = scores;
  const perTarget = classes.map((labels, k) => {
    const offset = classes.slice(0, k).reduce((sum, list) => sum + list.length, 0);
    const positions = new Int32Array(rows);
    for (let i = 0; i < rows; i++) positions[i] = argmax(data, i * columns + offset, labels.length);
    return takeLabels(labels, positions);
  });
  return { rows, columns: classes.length, data: interleave(perTarget, rows) };
}

/**
 * A classifier from its scores and probabilities. With several targets, the probabilities of their classes are side by
 * side; scikit-learn returns one matrix per target.
 */
export function treeClassifier(
  classes: readonly (readonly Label[])[],
  shape: Evaluator,
  scores: (x: Table) => Matrix,
  predictProba = scores,
): Evaluator {
  return {
    ...shape,
    nOutputs: classes.length,
    ...(classes.length === 1 && { classes: classes[0] }),
    probabilitiesByRow: true,
    predict: (x) => bestLabels(scores(x), classes),
    predictProba,
  };
}

/** Columns of labels as rows: a Float64Array if all are numbers, else a list. */
export function interleave(
  columns: readonly (Float64Array | Label[])[],
  rows: number,
): Float64Array | Label[] {
  if (columns.length === 1) return columns[0];
  const numeric = columns.every((column) => column instanceof Float64Array);
  const out: Float64Array | Label[] = numeric ? new Float64Array(rows * columns.length) : [];
  for (let i = 0; i < rows; i++) columns.forEach((column, k) => (out[i * columns.length + k] = column[i]));
  return out;
}
