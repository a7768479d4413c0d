import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelFileError } from '../../inference/model.js';
import type { Runtime } from '../runtime.js';
import { importSource, readModelFile } from '../source.js';
import { importChain } from './import-chain.js';
import { isUnboundedChain, loadChain } from './package.js';
import { parseRecipe, RECIPE_FILE } from './recipe.js';

/** Several files, or the entries of one, as one model: transformers one after the other, and a model at the end. */
export const chainRuntime: Runtime = {
  async recognise({ isDirectory, path }) {
    return isDirectory && (await isFile(join(path, RECIPE_FILE)))
      ? `a folder with ${RECIPE_FILE}`
      : undefined;
  },

  /** The files that the folder's recipe names. */
  async import({ path: folder }, options, runtimes) {
    const { steps, labels, target } = parseRecipe(await readModelFile(join(folder, RECIPE_FILE)));
    const references = [...steps, labels, target].filter(
      (each) => typeof each === 'object' && 'file' in each,
    );
    const names = [...new Set(references.map(({ file }) => file))];
    const sources = [];
    for (const name of [RECIPE_FILE, ...names]) {
      if (!(await isPlain(folder, name)))
        throw new ModelFileError(`${name}, which ${RECIPE_FILE} names, is missing or a link`);
      sources.push(await importSource(join(folder, name)));
    }
    return importChain(sources, options, runtimes!);
  },

  isUnbounded: (dir, options, runtimes) => isUnboundedChain(dir, options, runtimes!),

  load: (dir, signature, options, runtimes) => loadChain(dir, signature, options, runtimes!),
};

async function isFile(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isFile() ?? false;
}

/** A file or folder, no part of whose path is a link. */
async function isPlain(folder: string, name: string): Promise<boolean> {
  let path = folder;
  for (const part of name.split('/')) {
    path = join(path, part);
    const found = await lstat(path).catch(() => undefined);
    if (found === undefined || found.isSymbolicLink()) return false;
  }
  return true;
}
