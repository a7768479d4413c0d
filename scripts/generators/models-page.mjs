import { EVALUATORS } from '../../dist/src/formats/sklearn/evaluators.js';

/** docs/models.md: every class in the table of evaluators, by family. */
export function modelsPage() {
  return [
    '# scikit-learn models that can be served',
    '',
    'Generated from `src/formats/sklearn/evaluators.ts` by `npm run generate`.',
    '',
    'A pickle or joblib file of scikit-learn 0.22 to 1.9 is read as data and evaluated in float64, without Python. Of each class',
    'below every option that changes an answer is honoured, or refused by name at import. Answers equal those of scikit-learn to',
    `1e-9, labels exactly; \`npm run parity\` holds them to it. ${EVALUATORS.length} classes:`,
    '',
    ...families().flatMap(section),
    '## What is refused',
    '',
    'Any other class, options that are Python functions (a callable kernel, metric or `FunctionTransformer`), text vectorizers,',
    'and classes of other libraries. The message names the class or the option. The nearest way out is ONNX: convert the model',
    'with [skl2onnx](https://onnx.ai/sklearn-onnx/) where it was trained, and import the `.onnx` file.',
    '',
    '## Adding a class',
    '',
    'An evaluator is one function from the attributes of a fitted estimator to its answers, in the folder of its family under',
    "`src/formats/sklearn/`, and one line in the list that the folder's `index.ts` exports. A short one to start from is",
    '`maxAbsScaler` in [preprocessing/scalers.ts](../src/formats/sklearn/preprocessing/scalers.ts). Attributes are read through',
    '[attributes.ts](../src/formats/pickle/attributes.ts), which names class and attribute where a file does not hold what is',
    'needed. Add a maker of random cases to the family in `parity/families/`, run `npm run parity -- --family NAME`, then',
    '`npm run generate`.',
    '',
  ].join('\n');
}

/** Families in the order of the table, each with its entries. */
function families() {
  const names = [...new Set(EVALUATORS.map(({ family }) => family))];
  return names.map((name) => [name, EVALUATORS.filter(({ family }) => family === name)]);
}

function section([family, entries]) {
  const title = family[0].toUpperCase() + family.slice(1);
  const lines = entries.map(
    ({ className, note }) => `- \`${className}\`${note === undefined ? '' : `: ${note}`}`,
  );
  return [`## ${title}`, '', ...lines, ''];
}
