/**
 * node scripts/check-indices.mjs
 *
 * Type-checks with `noUncheckedIndexedAccess`, which TypeScript has for whole programs only, the rooms that say so here: an
 * element of an array may be undefined there until it was looked at. The numeric core, the formats and training
 * stay out: their loops run over arrays whose lengths they have checked.
 */
import { relative } from 'node:path';
import ts from 'typescript';

const ROOMS =
  'accounts audit cli config database health jobs limits logging metrics packages server tracing trail users workers';
const checked = new RegExp(`^src/(${ROOMS.replaceAll(' ', '|')})/(?!.*\\.spec\\.ts$)`);

const configFile = ts.getParsedCommandLineOfConfigFile(
  'tsconfig.check.json',
  { noUncheckedIndexedAccess: true },
  { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail },
);
const program = ts.createProgram(configFile.fileNames, configFile.options);
const files = program
  .getSourceFiles()
  .filter(({ fileName }) => checked.test(relative(process.cwd(), fileName)));
const faults = files.flatMap((file) => program.getSemanticDiagnostics(file));
if (faults.length > 0) fail(...faults);
process.stdout.write(`${files.length} files look at elements before they use them\n`);

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
