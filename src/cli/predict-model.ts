import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartError } from '../common/errors.js';
import { loadPackage } from '../packages/load-package.js';
import { writePackage } from '../packages/manifest.js';
import { importSource } from '../formats/source.js';
import { importModel } from '../formats/formats.js';
import type { LoadedModel } from '../inference/model.js';

/** The model to predict with. */
export interface ModelChoice {
  readonly dataDir?: string;
  readonly model?: string;
  readonly modelFile?: string;
}

type Work = (model: LoadedModel) => Promise<void>;

/**
 * Loads the chosen model and runs `work` with it. Predictions with a model of the data directory are
 * recorded, in one record per command. Those with a model file are not.
 * @param counts what to record, read when the work is done
 */
export async function withModel(
  choice: ModelChoice,
  counts: { readonly rows: number; readonly rowsFailed: number },
  work: Work,
): Promise<void> {
  if (choice.modelFile === undefined) return withCataloguedModel(choice, counts, work);
  if (choice.model !== undefined) throw new StartError('use either --model or --model-file, not both');
  await withModelFile(choice.modelFile, work);
}

async function withModelFile(file: string, work: Work): Promise<void> {
  const source = await importSource(file);
  const { files, ...about } = await importModel(source);
  const dir = await mkdtemp(join(tmpdir(), 'modelgate-predict-'));
  try {
    const packageDir = join(dir, 'package');
    const createdAt = new Date().toISOString();
    await writePackage(
      packageDir,
      { schemaVersion: 1, name: 'model', version: '1', createdAt, ...about },
      files,
    );
    const { model } = await loadPackage(packageDir);
    await work(model);
    await model.dispose();
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Nest and the database are loaded only here. */
async function withCataloguedModel(
  choice: ModelChoice,
  counts: { readonly rows: number; readonly rowsFailed: number },
  work: Work,
): Promise<void> {
  const { withContext } = await import('./context.js');
  const { ModelsOfCommand } = await import('./models-of-command.js');
  await withContext(choice, async (context) => {
    const models = new ModelsOfCommand(context);
    const version = await models.choose(choice.model);
    const { model } = await loadPackage(models.dirOf(version));
    await work(model);
    await models.record(version, counts);
    await model.dispose();
  });
}
