/** Estimators within estimators: which one names the features, which one answers, and what a model is made of. */
import { listItems, toItems } from '../../pickle/attributes.js';
import { PyObject, type PyValue } from '../../pickle/values.js';

/** Deeper nests than this are not made by people. */
const MAX_DEPTH = 16;

/** Attributes of an estimator that hands the work to one other: the fitted one. */
const DELEGATES = ['best_estimator_', 'estimator_', 'regressor_', 'classifier_'];

/** The estimators of (name, estimator, …) tuples. */
export function namedSteps(value: PyValue | undefined): { name: string; step: PyValue; columns?: PyValue }[] {
  return (listItems(value ?? null) ?? []).flatMap((item) => {
    const [name, step, columns] = listItems(item) ?? [];
    return typeof name === 'string' && step !== undefined ? [{ name, step, columns }] : [];
  });
}

/** The outermost estimator and those that its input reaches unchanged, outside first. */
export function receivers(root: PyObject): PyObject[] {
  return follow(root, (estimator) => namedSteps(estimator.attributes.get('steps'))[0]?.step);
}

/** The outermost estimator and those whose answer is its own, outside first. */
export function answerers(root: PyObject): PyObject[] {
  return follow(root, (estimator) => namedSteps(estimator.attributes.get('steps')).at(-1)?.step);
}

function follow(root: PyObject, step: (estimator: PyObject) => PyValue | undefined): PyObject[] {
  const chain = [root];
  while (chain.length <= MAX_DEPTH) {
    const { attributes } = chain[chain.length - 1];
    const delegate = DELEGATES.map((name) => attributes.get(name)).find((value) => value instanceof PyObject);
    const next = step(chain[chain.length - 1]) ?? delegate;
    if (!(next instanceof PyObject) || chain.includes(next)) break;
    chain.push(next);
  }
  return chain;
}

/** Feature names under the attributes of scikit-learn 1.0 on, 0.23 and 0.24, 0.22. */
const NAME_ATTRIBUTES = ['feature_names_in_', '_feature_names_in', '_df_columns'];

/** Names of the `count` columns that a model was fitted on, where the file tells them. */
export function fittedNames(root: PyObject, count: number): string[] | undefined {
  for (const { attributes } of receivers(root)) {
    for (const attribute of NAME_ATTRIBUTES) {
      const names = toItems(attributes.get(attribute) ?? null);
      if (names?.length === count && names.every((name) => typeof name === 'string'))
        return names as string[];
    }
  }
  return undefined;
}
