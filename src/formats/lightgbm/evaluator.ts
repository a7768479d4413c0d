import { type Label, ModelFileError } from '../../inference/model.js';
import { labelPrediction, numbersOf } from '../../inference/numeric/numeric.js';
import type { Evaluator, Matrix, Table } from '../../inference/tabular/evaluator.js';
import { areText, categoryColumns, CategoryCoder } from './categories.js';
import type { LightgbmModel } from './lightgbm-model.js';
import { RawScores } from './raw-scores.js';
import type { Tail } from './tail.js';

/** Facts next to a model's text in a pickle. */
export interface Beside {
  /** Number of rounds to use; all of them if it is not positive. */
  readonly bestIteration?: number;
  /** The categories of pandas columns, if the text does not contain them. */
  readonly pandasCategorical?: Tail['pandasCategorical'];
}

/** LightGBM's own names for features without one. */
const UNNAMED = /^Column_\d+$/;

/** An evaluator with the memory of its trees. */
export type BoosterEvaluator = Evaluator & { readonly memoryBytes: number };

/**
 * Predicts like `Booster.predict`: probabilities for classifiers, one column per class if there are several; otherwise
 * numbers.
 */
export function boosterEvaluator(model: LightgbmModel, beside: Beside = {}): BoosterEvaluator {
  const { head, trees, tail } = model;
  const { bestIteration = 0, pandasCategorical = tail.pandasCategorical } = beside;
  const columns = categoryColumns(model, pandasCategorical);
  const coder = columns.size > 0 ? new CategoryCoder(columns, head.nFeatures) : undefined;
  const rounds = trees.length / head.scores;
  const used = bestIteration > 0 ? Math.min(Math.trunc(bestIteration), rounds) : rounds;
  const scores = new RawScores(trees.slice(0, used * head.scores), head.nFeatures, head.scores);
  const raw = (x: Table): Matrix => {
    const numbers = coder ? coder.numbersOf(x) : numbersOf(x, head.nFeatures);
    return scores.of(numbers, x.rows);
  };
  return {
    nFeatures: head.nFeatures,
    ...(!head.names.every((name) => UNNAMED.test(name)) && { featureNames: head.names }),
    ...columnFacts(model, columns),
    acceptsMissing: true,
    memoryBytes: scores.memoryBytes,
    nOutputs: head.scores,
    margin: raw,
    predict: (x) => transformed(raw(x), model, used),
  };
}

/** Predicts like `LGBMClassifier`: labels, and one probability per class. */
export function classifierEvaluator(booster: Evaluator, classes: readonly Label[]): Evaluator {
  const columns = booster.nOutputs ?? 1;
  if (classes.length !== Math.max(2, columns)) {
    throw new ModelFileError(
      `LGBMClassifier has ${classes.length} classes, where its booster answers for ${Math.max(2, columns)}`,
    );
  }
  const predictProba = (x: Table): Matrix => {
    const answer = booster.predict!(x) as Matrix;
    return columns === 1 ? bothClasses(answer) : answer;
  };
  return {
    ...booster,
    nOutputs: 1,
    classes,
    predictProba,
    predict: (x) => labelPrediction(predictProba(x), classes),
  };
}

function columnFacts(
  { head }: LightgbmModel,
  columns: ReturnType<typeof categoryColumns>,
): Partial<Evaluator> {
  const text = [...columns].filter(([, categories]) => areText(categories));
  const numbers = [...columns].filter(([, categories]) => !areText(categories));
  const ranges = head.infos.flatMap(({ range }, column) =>
    range && !columns.has(column) ? [[column, range] as const] : [],
  );
  return {
    ...(text.length > 0 && {
      textColumns: new Map(text.map(([column, list]) => [column, list.map(String)])),
    }),
    ...(numbers.length > 0 && {
      numberCategories: new Map(numbers.map(([column, list]) => [column, list.map(Number)])),
    }),
    ...(ranges.length > 0 && { ranges: new Map(ranges) }),
  };
}

function transformed({ rows, columns, data }: Matrix, { head }: LightgbmModel, rounds: number): Matrix {
  if (head.average) for (let k = 0; k < data.length; k++) data[k] /= rounds;
  for (let i = 0; i < rows; i++) head.objective.transform(data, i * columns, columns);
  return { rows, columns, data };
}

/** The probabilities of both classes from that of the second one. */
function bothClasses({ rows, data: second }: Matrix): Matrix {
  const data = new Float64Array(2 * rows);
  for (let i = 0; i < rows; i++) {
    data[2 * i] = 1 - second[i];
    data[2 * i + 1] = second[i];
  }
  return { rows, columns: 2, data };
}
