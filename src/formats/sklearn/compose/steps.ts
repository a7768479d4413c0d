/** Named steps of compositions, and what they do with missing values. */
import { listItems, refuse, show } from '../../pickle/attributes.js';
import type { Evaluator } from '../../../inference/tabular/evaluator.js';
import { PyDict, PyObject, type PyValue } from '../../pickle/values.js';

/** One step: a fitted transformer or estimator, or a word that stands for one ("drop", "passthrough"). */
export interface Step {
  readonly name: string;
  readonly step: PyObject | 'drop' | 'passthrough';
  /** What else the tuple holds: a column transformer's columns. */
  readonly rest: readonly PyValue[];
}

/** More steps than any real model has, fewer than would exhaust the stack. */
const STEP_LIMIT = 1000;

/**
 * The steps of a list of tuples (name, step, …).
 * @param none what None stands for, as it did before scikit-learn 0.24
 */
export function stepsOf(owner: PyObject, value: PyValue, none: 'drop' | 'passthrough'): Step[] {
  const tuples = listItems(value);
  if (tuples === undefined) refuse(owner, `steps of ${show(value)}`);
  if (tuples.length > STEP_LIMIT) refuse(owner, `more than ${STEP_LIMIT} steps`);
  return tuples.map((tuple) => {
    const [name, given, ...rest] = listItems(tuple) ?? [];
    const step = given === null ? none : given;
    if (
      typeof name !== 'string' ||
      !(step instanceof PyObject || step === 'drop' || step === 'passthrough')
    ) {
      refuse(owner, `the step ${show(tuple)}`);
    }
    return { name, step, rest };
  });
}

/** The factor of each step's output: `transformer_weights`, 1 where it names none. */
export function weightsOf(owner: PyObject): (name: string) => number {
  const weights = owner.attributes.get('transformer_weights') ?? null;
  if (weights === null) return () => 1;
  if (!(weights instanceof PyDict)) refuse(owner, `transformer_weights ${show(weights)}`);
  return (name) => {
    const weight = weights.get(name) ?? 1;
    return typeof weight === 'number' ? weight : refuse(owner, `the weight ${show(weight)} of ${name}`);
  };
}

/** Whether the evaluator answers where column `j` is missing. */
export function answersMissing(evaluator: Evaluator, j: number): boolean {
  if (evaluator.unusedColumns?.has(j)) return true;
  return evaluator.acceptsMissing === true && (evaluator.missingColumns?.has(j) ?? true);
}

/** acceptsMissing and missingColumns of a composition, from what holds for each of its columns. */
export function missingOf(
  nFeatures: number,
  answers: (column: number) => boolean,
): Pick<Evaluator, 'acceptsMissing' | 'missingColumns'> {
  const columns = new Set<number>();
  for (let j = 0; j < nFeatures; j++) if (answers(j)) columns.add(j);
  if (columns.size === nFeatures) return { acceptsMissing: true };
  return columns.size === 0 ? { acceptsMissing: false } : { acceptsMissing: true, missingColumns: columns };
}
