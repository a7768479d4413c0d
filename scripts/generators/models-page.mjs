import { FORMATS } from '../../dist/src/formats/formats.js';
import { PICKLED_LIBRARIES } from '../../dist/src/formats/pickled-libraries.js';

/** docs/models.md: the table of formats, and of each library read out of pickles every class, by family. */
export function modelsPage() {
  return [
    '# Supported models',
    '',
    'Generated from `src/formats/formats.ts` and `src/formats/pickled-libraries.ts` by `npm run generate`.',
    '',
    'A file is recognised by its content. Its suffix does not matter.',
    '',
    '| File | Runtime | Notes |',
    '| --- | --- | --- |',
    ...Object.entries(FORMATS).map(([name, { files, note }]) => `| ${files} | \`${name}\` | ${note} |`),
    '',
    ...PICKLED_LIBRARIES.flatMap(librarySection),
    '## What is not supported in a pickle',
    '',
    'All other classes, options that are Python functions (a callable kernel, metric or `FunctionTransformer`), text vectorizers,',
    'and classes of other libraries. The error names the class or the option. As an alternative, convert the model to ONNX with',
    '[skl2onnx](https://onnx.ai/sklearn-onnx/) in its training environment, and import the `.onnx` file.',
    '',
    'To add a format or a class, see [contributing/formats.md](contributing/formats.md).',
    '',
  ].join('\n');
}

function librarySection({ title, about, estimators }) {
  return [
    `## ${title}`,
    '',
    about,
    '',
    `${estimators.length} classes:`,
    '',
    ...families(estimators).flatMap(familySection),
  ];
}

/** Families in the order of the table, each with its entries. */
function families(estimators) {
  const names = [...new Set(estimators.map(({ family }) => family))];
  return names.map((name) => [name, estimators.filter(({ family }) => family === name)]);
}

function familySection([family, entries]) {
  const title = family[0].toUpperCase() + family.slice(1);
  const lines = entries.map(
    ({ className, note }) => `- \`${className}\`${note === undefined ? '' : `: ${note}`}`,
  );
  return [`### ${title}`, '', ...lines, ''];
}
