/** How a chain lies in its package: modelgate.yaml, and the files as they were given below files/. */
import { join } from 'node:path';
import { ModelFileError, type LoadedModel, type Signature } from '../../inference/model.js';
import { TabularModel } from '../../inference/tabular/tabular-model.js';
import { isInnerPath } from '../inner-path.js';
import type { ImportedModel, RuntimeOptions, Runtimes } from '../runtime.js';
import { importSource, readModelFile } from '../source.js';
import { buildChain, type CompleteRecipe } from './build.js';
import type { Entry } from './contents.js';
import { lookupIn, readFile, type ChainFile } from './read-files.js';
import { parseRecipe, RECIPE_FILE, renderRecipe } from './recipe.js';
import { TailModel } from './tail-model.js';

const FILES = 'files';

/** How a file is read again. */
interface KeptFile {
  readonly runtime: string;
  /** Of a model that another runtime serves from a folder of the package. */
  readonly signature?: Signature;
  readonly options?: RuntimeOptions;
}

/** The files of the package, and what its loader must know of them. */
export function packed(
  recipe: CompleteRecipe,
  files: readonly ChainFile[],
): Pick<ImportedModel, 'files' | 'runtimeOptions' | 'isolated'> {
  const content = new Map<string, Uint8Array | { copyFrom: string }>([[RECIPE_FILE, renderRecipe(recipe)]]);
  const kept: Record<string, KeptFile> = {};
  for (const { name, path, runtime, imported } of files) {
    if (imported === undefined) {
      content.set(`${FILES}/${name}`, { copyFrom: path });
      kept[name] = { runtime };
      continue;
    }
    for (const [inner, bytes] of imported.files) content.set(`${FILES}/${name}/${inner}`, bytes);
    kept[name] = { runtime, signature: imported.signature, options: imported.runtimeOptions };
  }
  const isolated = files.some(({ imported }) => imported?.isolated);
  return { files: content, runtimeOptions: { files: kept }, ...(isolated && { isolated }) };
}

/** Loads the package's chain. @throws ModelFileError */
export async function loadChain(
  dir: string,
  signature: Signature,
  options: RuntimeOptions | undefined,
  runtimes: Runtimes,
): Promise<LoadedModel> {
  const recipe = parseRecipe(await readModelFile(join(dir, RECIPE_FILE))) as CompleteRecipe;
  const kept = keptFiles(options);
  const files: ChainFile[] = [];
  for (const [name, file] of kept) {
    files.push(
      file.signature === undefined ? await readKept(dir, name, file, runtimes) : modelFile(name, file),
    );
  }
  const { evaluator, tail } = buildChain(recipe, lookupIn(files));
  const memory = files.reduce((sum, { entries }) => sum + memoryOf(entries), 0);
  if (tail === undefined) return new TabularModel(evaluator!, signature, memory);
  const last = kept.get(tail.file);
  if (last === undefined) throw new ModelFileError(`${tail.file}, the last step, is not in the package`);
  const runtime = await runtimes.named(last.runtime);
  const model = await runtime.load(join(dir, FILES, tail.file), last.signature!, last.options, runtimes);
  return evaluator === undefined
    ? model
    : new TailModel(evaluator, model, signature, memory + model.memoryBytes);
}

/** The names are paths below files/, in a package that may come from elsewhere. */
function keptFiles(options: RuntimeOptions | undefined): Map<string, KeptFile> {
  const kept = new Map(Object.entries((options?.files ?? {}) as Record<string, KeptFile | null>));
  for (const [name, file] of kept) {
    if (!isInnerPath(name) || typeof file?.runtime !== 'string')
      throw new ModelFileError(
        `the package's runtimeOptions name a file that is not in it: ${JSON.stringify(name.slice(0, 100))}`,
      );
  }
  return kept as Map<string, KeptFile>;
}

async function readKept(
  dir: string,
  name: string,
  { runtime }: KeptFile,
  runtimes: Runtimes,
): Promise<ChainFile> {
  const file = await readFile(name, await importSource(join(dir, FILES, name)), runtimes);
  if (file.runtime === runtime) return file;
  throw new ModelFileError(`${name} is read by ${file.runtime} now, and was imported by ${runtime}`);
}

function modelFile(name: string, { runtime, signature }: KeptFile): ChainFile {
  const content = { kind: 'model', signature: signature!, description: runtime } as const;
  return { name, runtime, path: '', entries: [{ reference: { file: name }, key: name, content }] };
}

function memoryOf(entries: readonly Entry[]): number {
  return entries.reduce(
    (sum, { content }) => sum + (content.kind === 'estimator' ? content.part.memoryBytes : 0),
    0,
  );
}

/** True if a model that another runtime serves for the chain is unbounded. @throws ModelFileError */
export async function isUnboundedChain(
  dir: string,
  options: RuntimeOptions | undefined,
  runtimes: Runtimes,
): Promise<boolean> {
  for (const [name, { runtime, options: own }] of Object.entries(
    (options?.files ?? {}) as Record<string, KeptFile>,
  )) {
    const { isUnbounded } = await runtimes.named(runtime);
    if (await isUnbounded?.(join(dir, FILES, name), own, runtimes)) return true;
  }
  return false;
}
