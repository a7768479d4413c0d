import type { INestApplicationContext } from '@nestjs/common';
import { Command, Option } from 'commander';
import { StartError } from '../common/errors.js';
import { importableFiles, RUNTIME_NAMES, type ImportRequest, type RuntimeName } from '../formats/formats.js';
import type { ModelTree } from '../formats/runtime.js';
import { ModelFileError } from '../inference/model.js';
import { exampleRequest } from '../models/example-request.js';
import { ModelCatalog } from '../models/model-catalog.js';
import { ModelImporter } from '../models/model-importer.js';
import { CommandTrail } from '../trail/command-trail.js';
import { withContext, withDataDir } from './context.js';
import { plainText } from './plain-text.js';

interface Options {
  dataDir?: string;
  name?: string;
  featureNames?: string;
  schema?: string;
  entry?: string;
  runtime?: RuntimeName;
  dryRun?: boolean;
}

export function importCommand(): Command {
  return withDataDir(new Command('import'))
    .description(
      'Import model files, each as the next version of a model; with --name, several files as one model. The first version of a model is live at once.',
    )
    .argument('<file...>', importableFiles())
    .option(
      '--name <name>',
      "name of the model (default: the file's name without its suffix). Several files become one model of this name: each file's output feeds the next",
    )
    .option('--feature-names <names>', 'comma-separated, in column order, for files without feature names')
    .option('--schema <file.csv>', 'take the feature names from the header of a CSV file')
    .option('--entry <name>', 'of a file that holds a dict, list or tuple: the entry to import')
    .option('--dry-run', 'show what would be imported and an example request; store nothing')
    .addOption(new Option('--runtime <name>', 'convert the model to this runtime').choices(RUNTIME_NAMES))
    .action(async (files: string[], options: Options) => {
      const request = { ...(await featureNames(options)), entry: options.entry, runtime: options.runtime };
      const groups = options.name === undefined ? files.map((file) => [file]) : [files];
      await withContext(options, async (context) => {
        await context.get(ModelCatalog).sweep();
        for (const group of groups) await importGroup(context, group, options, request);
      });
    });
}

async function featureNames({
  featureNames: given,
  schema,
}: Options): Promise<Pick<ImportRequest, 'featureNames'>> {
  if (given !== undefined && schema !== undefined)
    throw new StartError('use either --feature-names or --schema, not both');
  if (given !== undefined) return { featureNames: given.split(',').map((name) => name.trim()) };
  return schema === undefined
    ? {}
    : { featureNames: await (await import('./csv-header.js')).csvHeader(schema) };
}

/** A rejected file does not prevent the import of the others; the exit code shows it. */
async function importGroup(
  context: INestApplicationContext,
  files: readonly string[],
  { name, dryRun }: Options,
  request: ImportRequest,
): Promise<void> {
  try {
    if (dryRun === true) return await preview(context, files, request);
    await store(context, files, name, request);
  } catch (error) {
    if (!(error instanceof ModelFileError)) throw error;
    process.stderr.write(`${files.join(' ')}: ${error.message}\n`);
    process.exitCode = 1;
  }
}

async function store(
  context: INestApplicationContext,
  files: readonly string[],
  name: string | undefined,
  request: ImportRequest,
): Promise<void> {
  const { version, isNew, tree, warnings } = await context.get(ModelImporter).import(files, name, request);
  if (isNew)
    await context.get(CommandTrail).record('model.import', {
      target: version.modelName,
      request: { file: files.join(', '), version: version.version, digest: version.digest },
    });
  const about = `${version.modelName} version ${version.version}${isNew ? '' : ', imported before'}`;
  print(`${files.join(' ')}: ${about}: ${version.description}`);
  if (tree?.className === 'Chain') treeLines(tree).forEach(print);
  for (const warning of warnings)
    process.stderr.write(`${files.join(' ')}: warning: ${plainText(warning)}\n`);
}

const print = (line: string): void => void process.stdout.write(`${plainText(line)}\n`);

async function preview(
  context: INestApplicationContext,
  files: readonly string[],
  request: ImportRequest,
): Promise<void> {
  const { description, signature, provenance } = await context.get(ModelImporter).preview(files, request);
  const { features, unnamed, classes } = signature;
  print(`${files.join(' ')}: ${description}`);
  if (provenance.tree !== undefined) treeLines(provenance.tree).forEach(print);
  if (Array.isArray(provenance.unused)) print(`not used: ${provenance.unused.join('; ')}`);
  if (features !== undefined) {
    const names = features.slice(0, 100).map(({ name }) => name);
    const more = features.length > names.length ? `, … (${features.length})` : '';
    print(`features: ${names.join(', ')}${more}`);
  }
  if (unnamed === true) print(UNNAMED);
  if (classes !== undefined) print(`classes: ${classes.slice(0, 100).join(', ')}`);
  const example = exampleRequest(signature);
  if (example !== undefined) print(`example request: ${JSON.stringify(example)}`);
}

const MAX_LINES = 200;

const UNNAMED =
  'The file holds no feature names; these were made up. Give names with --feature-names or --schema FILE.csv.';

/** The tree of steps, one a line, indented. */
function treeLines(root: ModelTree): string[] {
  const lines: string[] = [];
  const add = ({ className, name, parameters, steps = [] }: ModelTree, depth: number): void => {
    if (lines.length >= MAX_LINES) return;
    const columns = parameters?.columns;
    const takes = Array.isArray(columns) ? ` on ${columns.join(', ')}` : '';
    const does = ['labels', 'target', 'threshold'].flatMap((key) =>
      depth === 0 && parameters?.[key] !== undefined ? [`  ${key}: ${JSON.stringify(parameters[key])}`] : [],
    );
    lines.push(`${'  '.repeat(depth)}${name === undefined ? '' : `${name}: `}${className}${takes}`);
    for (const step of steps) add(step, depth + 1);
    lines.push(...does);
  };
  add(root, 0);
  return lines;
}
