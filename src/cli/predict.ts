import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { SingleBar } from 'cli-progress';
import { Command, Option } from 'commander';
import { ApiError, StartError } from '../common/errors.js';
import { BatchPrediction } from '../jobs/blocks/batch-prediction.js';
import type { HeaderSetting } from '../prediction/input/csv.js';
import { InputFileError } from '../prediction/input/input-file-error.js';
import type { FileFormat } from '../jobs/blocks/records.js';
import { checkOutputs } from '../jobs/job-options.js';
import type { LoadedModel } from '../inference/model.js';
import { withDataDir } from './options.js';
import { writeOutput } from './output-file.js';
import { type ModelChoice, withModel } from './predict-model.js';

interface Options extends ModelChoice {
  readonly output?: string;
  readonly format?: FileFormat;
  readonly header?: HeaderSetting;
  readonly outputs?: string;
  readonly onError: 'continue' | 'stop';
}

interface Counts {
  rows: number;
  rowsFailed: number;
}

export function predictCommand(): Command {
  return withDataDir(new Command('predict'))
    .description('Predict the rows of a file without a server.')
    .argument('<file>', 'CSV or NDJSON file, or - for standard input')
    .option('--model <name[:version]>', 'a model of the data directory (default: the default model)')
    .option('--model-file <file>', 'a model file, without importing it; no audit record is written')
    .option('--output <path>', 'write to a file instead of standard output')
    .addOption(
      new Option('--format <format>', "default: by the file's suffix, otherwise csv").choices([
        'csv',
        'ndjson',
      ]),
    )
    .addOption(new Option('--header <setting>', 'of CSV; default: detected').choices(['present', 'absent']))
    .option('--outputs <names>', "comma-separated (default: the model's default outputs)")
    .addOption(
      new Option('--on-error <policy>', 'what to do after a row that cannot be predicted')
        .choices(['continue', 'stop'])
        .default('continue'),
    )
    .action(async (file: string, options: Options) => {
      const counts: Counts = { rows: 0, rowsFailed: 0 };
      await withModel(options, counts, (model) => predictFile(file, model, options, counts));
      process.stderr.write(`${counts.rows} rows, ${counts.rowsFailed} of them failed\n`);
      if (counts.rowsFailed > 0 || counts.rows === 0) process.exitCode = 1;
    });
}

async function predictFile(
  file: string,
  model: LoadedModel,
  options: Options,
  counts: Counts,
): Promise<void> {
  const prediction = batchOf(file, model, options);
  const progress = await progressBar(file);
  const { onError, output } = options;
  const lines = async function* () {
    yield prediction.header;
    for await (const block of prediction.run(file === '-' ? process.stdin : createReadStream(file))) {
      if (onError === 'stop' && block.firstFault)
        throw new StartError(`row ${counts.rows + block.firstFault.row + 1}: ${block.firstFault.fault}`);
      counts.rows += block.rows;
      counts.rowsFailed += block.rowsFailed;
      progress?.increment(block.bytes, { rows: counts.rows });
      yield block.text;
    }
  };
  try {
    await writeOutput(lines, output);
  } catch (error) {
    if (error instanceof InputFileError) throw new StartError(`${file}: ${error.message}`);
    throw error;
  } finally {
    progress?.stop();
  }
}

function batchOf(file: string, model: LoadedModel, options: Options): BatchPrediction {
  const format = options.format ?? (/\.(?:ndjson|jsonl)$/i.test(file) ? 'ndjson' : 'csv');
  try {
    checkOutputs(options.outputs, model.signature);
    return new BatchPrediction(model, { ...options, format, outputs: options.outputs?.split(',') });
  } catch (error) {
    if (error instanceof InputFileError || error instanceof ApiError) throw new StartError(error.message);
    throw error;
  }
}

/** A progress bar in bytes, on a terminal and if the size is known. */
async function progressBar(file: string): Promise<SingleBar | undefined> {
  const size = file === '-' ? 0 : (await stat(file)).size;
  if (!process.stderr.isTTY || size === 0) return undefined;
  const bar = new SingleBar({
    format: '{bar} {percentage}% | {rows} rows | {eta_formatted} left',
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
  });
  bar.start(size, 0, { rows: 0 });
  return bar;
}
