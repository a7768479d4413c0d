/**
 * Helpers of ensembles and meta-estimators, which pass the same rows to several evaluators. Functions that run during
 * predictions take only the owner's name, so that an evaluator does not keep the file's objects in memory.
 */
import { type Label, ModelFileError } from '../model.js';
import { argmax, newMatrix, takeLabels } from '../numeric/numeric.js';
import type { Evaluator, Matrix, Prediction, Table } from './evaluator.js';

type Shape = Pick<
  Evaluator,
  'nFeatures' | 'featureNames' | 'textColumns' | 'unusedColumns' | 'acceptsMissing' | 'missingColumns'
>;

/**
 * The input that all members accept: missing values only where every member accepts them.
 * @param owner the model's class, for messages
 * @throws ModelFileError if they have different numbers of columns
 */
export function shapeOf(owner: string, members: readonly Evaluator[]): Shape {
  const sized = members.filter(({ nFeatures }) => nFeatures >= 0);
  const nFeatures = sized[0]?.nFeatures ?? -1;
  if (sized.some((member) => member.nFeatures !== nFeatures)) {
    throw new ModelFileError(`${owner}: its estimators differ in the number of features`);
  }
  const acceptsMissing = members.every((member) => member.acceptsMissing === true);
  const missing = members.flatMap(({ missingColumns }) => missingColumns ?? []);
  const unused = members.map((member) => member.unusedColumns ?? new Set<number>());
  const unusedColumns = intersection(unused);
  const textColumns = new Map(members.flatMap((member) => [...(member.textColumns ?? [])]));
  const names = members.find((member) => member.featureNames)?.featureNames;
  return {
    nFeatures,
    acceptsMissing,
    ...(names && { featureNames: names }),
    ...(textColumns.size > 0 && { textColumns }),
    ...(unusedColumns.size > 0 && { unusedColumns }),
    ...(acceptsMissing && missing.length > 0 && { missingColumns: intersection(missing) }),
  };
}

function intersection(sets: readonly ReadonlySet<number>[]): Set<number> {
  const [first, ...others] = sets;
  return new Set([...(first ?? [])].filter((column) => others.every((set) => set.has(column))));
}

/** A method that a member must have. @throws ModelFileError naming the member without it */
export function needed<M extends 'predict' | 'predictProba' | 'decisionFunction' | 'transform'>(
  owner: string,
  member: Evaluator,
  method: M,
): NonNullable<Evaluator[M]> {
  const found = member[method];
  if (found === undefined) {
    throw new ModelFileError(`${owner}: one of its estimators has no ${method}`);
  }
  return found;
}

/** The numbers of `predict`, with boolean labels as 0 and 1. @throws ModelFileError for text */
export function predictedNumbers(member: Evaluator, x: Table, owner: string): Matrix {
  const { rows, columns, data } = needed(owner, member, 'predict')(x);
  if (data instanceof Float64Array) return { rows, columns, data };
  if (data.some((label) => typeof label === 'string')) {
    throw new ModelFileError(`${owner}: one of its estimators predicts text, where numbers are needed`);
  }
  return { rows, columns, data: Float64Array.from(data, Number) };
}

/** The labels at the positions of the rows' largest values. */
export function labelsOfLargest(scores: Matrix, classes: readonly Label[]): Prediction {
  const { rows, columns, data } = scores;
  const positions = new Int32Array(rows);
  for (let i = 0; i < rows; i++) positions[i] = argmax(data, i * columns, columns);
  return { rows, columns: 1, data: takeLabels(classes, positions) };
}

/** The positions of predicted labels in `classes`. @throws ModelFileError if a label is not among them */
export function positionsOf(prediction: Prediction, classes: readonly Label[], owner: string): Int32Array {
  const positions = new Map<Label, number>(classes.map((label, k) => [label, k]));
  return Int32Array.from(prediction.data as ArrayLike<Label>, (label) => {
    const position = positions.get(label);
    if (position === undefined) {
      throw new ModelFileError(`${owner}: one of its estimators predicts a class it does not know`);
    }
    return position;
  });
}

/** Matrices with the same number of rows, side by side. */
export function sideBySide(parts: readonly Matrix[], rows: number): Matrix {
  const columns = parts.reduce((sum, part) => sum + part.columns, 0);
  const out = newMatrix(rows, columns);
  let offset = 0;
  for (const part of parts) {
    for (let i = 0; i < rows; i++) {
      for (let k = 0; k < part.columns; k++) {
        out.data[i * columns + offset + k] = part.data[i * part.columns + k];
      }
    }
    offset += part.columns;
  }
  return out;
}
