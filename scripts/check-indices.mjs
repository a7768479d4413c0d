/**
 * node scripts/check-indices.mjs
 *
 * Type-checks src with `noUncheckedIndexedAccess`: an element of an array may be undefined until it is checked. TypeScript
 * has this option for whole programs only, so this script leaves out the exempt rooms and files. Their loops run over
 * numbers and cells of arrays whose lengths were checked before.
 */
import { relative } from 'node:path';
import ts from 'typescript';

const EXEMPT = [
  'formats/',
  'inference/',
  'training/',
  'common/tensor-json.ts',
  'prediction/input/growing-cells.ts',
  'prediction/input/named-tensors.ts',
  'prediction/input/rows.ts',
];
const checked = (path) =>
  path.startsWith('src/') &&
  !path.endsWith('.spec.ts') &&
  !EXEMPT.some((start) => path.startsWith(`src/${start}`));

const configFile = ts.getParsedCommandLineOfConfigFile(
  'tsconfig.check.json',
  { noUncheckedIndexedAccess: true },
  { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail },
);
const program = ts.createProgram(configFile.fileNames, configFile.options);
const files = program.getSourceFiles().filter(({ fileName }) => checked(relative(process.cwd(), fileName)));
const faults = files.flatMap((file) => program.getSemanticDiagnostics(file));
if (faults.length > 0) fail(...faults);
process.stdout.write(`${files.length} files check elements before they use them\n`);

function fail(...diagnostics) {
  process.stderr.write(
    ts.formatDiagnostics(diagnostics, {
      getCanonicalFileName: (name) => name,
      getCurrentDirectory: ts.sys.getCurrentDirectory,
      getNewLine: () => '\n',
    }),
  );
  process.exit(1);
}
