import { join } from 'node:path';
import { Command } from 'commander';
import { PROGRAM_DIR } from '../common/program.js';
import { checkModelName, ModelCatalog } from '../models/model-catalog.js';
import type { DatasetOptions } from '../training/dataset.js';
import type { Progress } from '../training/logistic-regression.js';
import { withContext, withDataDir } from './context.js';

interface Options {
  dataDir?: string;
  csv?: string;
  target?: string;
  name: string;
  out?: string;
}

const PIMA: DatasetOptions = {
  csvPath: join(PROGRAM_DIR, 'data', 'pima-indians-diabetes.csv'),
  columns: ['preg', 'plas', 'pres', 'skin', 'test', 'mass', 'pedi', 'age', 'class'],
};

export function trainCommand(): Command {
  return withDataDir(new Command('train'))
    .description(
      'Fit a logistic regression on a CSV file, evaluate it on a held-out third, and store it as the next version of a model.',
    )
    .option(
      '--csv <path>',
      'numbers; the first line may contain column names (default: the Pima Indians diabetes data)',
    )
    .option('--target <column>', 'the column to predict, with two classes (default: the last one)')
    .option('--name <name>', "the model's name", 'diabetes')
    .option('--out <dir>', 'only write the model package, to DIR/NAME/VERSION')
    .action(async (options: Options) => {
      checkModelName(options.name);
      const data = {
        ...(options.csv === undefined ? PIMA : { csvPath: options.csv }),
        target: options.target,
      };
      process.stdout.write(
        `${await (options.out === undefined ? intoCatalog(options, data) : intoFolder(options, options.out, data))}\n`,
      );
    });
}

async function intoFolder({ name }: Options, outDir: string, data: DatasetOptions): Promise<string> {
  const { train } = await import('../training/train.js');
  const { dir, manifest, isNew } = await train({ ...data, name, outDir, onProgress });
  return `${figures(manifest.metrics)}\n${isNew ? 'wrote' : 'unchanged:'} ${dir}`;
}

async function intoCatalog(options: Options, data: DatasetOptions): Promise<string> {
  const { fitModel } = await import('../training/fit-model.js');
  const { model } = await fitModel(data, onProgress);
  const { version } = await withContext(options, (context) =>
    context.get(ModelCatalog).add(options.name, model),
  );
  return `${figures({ ...model.metrics })}\nstored ${options.name} version ${version}; if another version is live, make it live with "modelgate models promote ${options.name} ${version}"`;
}

const figures = (metrics: Record<string, unknown> = {}): string =>
  Object.entries(metrics)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join('\n');

function onProgress(progress: Progress): void {
  const text = Object.entries(progress).map(
    ([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toPrecision(8)) : String(value)}`,
  );
  process.stderr.write(`${text.join('  ')}\n`);
}
