import type { Evaluator } from '../../inference/tabular/evaluator.js';
import { Booster } from './booster.js';
import type { Learner } from './learner.js';
import { columnsOf, matrixOf, rowsReader } from './rows.js';
import { versionText } from './version.js';

/** A Booster by itself: `predict` equals Booster.predict with all of its trees. */
export function boosterEvaluator(learner: Learner): Evaluator & { readonly memoryBytes: number } {
  const booster = new Booster(learner);
  const rows = rowsReader(learner, NaN);
  const columns = booster.objective.kind === 'class' ? 1 : booster.nOutputs;
  return {
    ...columnsOf(learner),
    nOutputs: columns,
    predict: (x) => matrixOf(booster.predict(rows(x), x.rows)),
    margin: (x) => matrixOf(booster.margins(rows(x), x.rows)),
    memoryBytes: booster.memoryBytes,
  };
}

/** One line for a person: "XGBoost 2.0.3 gbtree, binary:logistic, 100 trees". */
export function describeLearner({ version, booster, objective, trees }: Learner): string {
  const size = booster === 'gblinear' ? [] : [`${trees.length} ${trees.length === 1 ? 'tree' : 'trees'}`];
  return [`XGBoost ${versionText(version)} ${booster}`, objective, ...size].join(', ');
}
