/** Imports several files, or the entries of one, as one model. */
import { basename } from 'node:path';
import { ModelFileError } from '../../inference/model.js';
import type { PyValue } from '../pickle/values.js';
import type { ImportedModel, ImportOptions, Runtimes } from '../runtime.js';
import type { ImportSource } from '../source.js';
import { buildChain } from './build.js';
import type { Entry } from './contents.js';
import { describeChain, treeOf } from './describe.js';
import { packed } from './package.js';
import { lookupIn, readFile, splitRecipe, type ChainFile } from './read-files.js';
import { keysOf, type Recipe, type Reference } from './recipe.js';
import { understand } from './understand.js';

const MAX_FILES = 100;

/**
 * @param sources the files in the order in which the table passes through them; modelgate.yaml may be among them
 * @param known the value of the first file, where it has been read
 * @throws ModelFileError naming all that stands in the way
 */
export async function importChain(
  sources: readonly ImportSource[],
  options: ImportOptions,
  runtimes: Runtimes,
  known?: PyValue,
): Promise<ImportedModel> {
  if (sources.length > MAX_FILES) throw new ModelFileError(`more than ${MAX_FILES} files were given`);
  const { recipe: written, models } = await splitRecipe(sources);
  const recipe = written && withFlatNames(written);
  const files = await readAll(models, runtimes, known);
  const lookup = lookupIn(files);
  const entries = chosen(
    files.flatMap((file) => file.entries),
    options.entry,
  );
  const { recipe: complete, unused } = understand(entries, lookup, recipe, options.featureNames);
  const { signature } = buildChain(complete, lookup);
  const tree = treeOf(complete, lookup);
  return {
    description: describeChain(complete, lookup),
    signature,
    ...packed(complete, files),
    provenance: { tree, ...(unused.length > 0 && { unused: unused.slice(0, 100) }) },
  };
}

/** One refusal that names each file that cannot be read. */
async function readAll(
  sources: readonly ImportSource[],
  runtimes: Runtimes,
  known?: PyValue,
): Promise<ChainFile[]> {
  if (sources.length === 0) throw new ModelFileError('no model file was given');
  const names = fileNames(sources);
  const files: ChainFile[] = [];
  const refusals: string[] = [];
  for (const [i, source] of sources.entries()) {
    try {
      files.push(await readFile(names[i], source, runtimes, i === 0 ? known : undefined));
    } catch (error) {
      if (!(error instanceof ModelFileError)) throw error;
      refusals.push(sources.length === 1 ? error.message : `${names[i]}: ${error.message}`);
    }
  }
  if (refusals.length > 0) throw new ModelFileError(refusals.join('; '));
  return files;
}

/** Names that are safe in a package, each once. */
function fileNames(sources: readonly ImportSource[]): string[] {
  const names = sources.map(({ path }) => safeName(basename(path)));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new ModelFileError(`two of the files are named ${twice}`);
  return names;
}

const safeName = (name: string): string =>
  name
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^\.+/, '_')
    .slice(-150) || 'model';

/** The recipe with the names that its files have in the package. */
function withFlatNames(recipe: Recipe): Recipe {
  const flat = <T extends Reference>(reference: T): T => ({
    ...reference,
    file: safeName(basename(reference.file)),
  });
  const { steps, labels, target } = recipe;
  return {
    ...recipe,
    steps: steps.map(flat),
    ...(labels !== undefined && { labels: Array.isArray(labels) ? labels : flat(labels) }),
    ...(target !== undefined && { target: flat(target) }),
  };
}

/** The entries at and below the one that the user names: `model`, `models.forest`, or the position in a tuple. */
function chosen(entries: readonly Entry[], wanted: string | undefined): readonly Entry[] {
  if (wanted === undefined) return entries;
  const isChosen = ({ reference }: Entry): boolean => {
    const path = keysOf(reference).map(String);
    return path.some((_, k) => path.slice(0, k + 1).join('.') === wanted);
  };
  const found = entries.filter(isChosen);
  if (found.length > 0) return found;
  const known = entries.map(({ reference }) => keysOf(reference).join('.')).filter((path) => path !== '');
  throw new ModelFileError(
    `there is no entry ${JSON.stringify(wanted)}; ` +
      (known.length === 0 ? 'the file holds one value' : `entries: ${known.slice(0, 30).join(', ')}`),
  );
}
