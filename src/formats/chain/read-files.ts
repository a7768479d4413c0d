/** Reads the files of a chain. */
import { ModelFileError } from '../../inference/model.js';
import type { ImportedModel, Runtimes } from '../runtime.js';
import { readModelFile, type ImportSource } from '../source.js';
import type { PyValue } from '../pickle/values.js';
import { entriesOf, valueAt, type Content, type Entry } from './contents.js';
import type { Lookup } from './build.js';
import { isRecipe } from './recipe-file.js';
import { keysOf, parseRecipe, RECIPE_FILE, type Recipe, type Reference } from './recipe.js';

/** A file of a chain: its name in the recipe, what reads it, and what it holds. */
export interface ChainFile {
  readonly name: string;
  readonly runtime: string;
  readonly path: string;
  readonly entries: readonly Entry[];
  readonly value?: PyValue;
  /** Of a model that another runtime serves: what its importer made of it. */
  readonly imported?: ImportedModel;
}

/** The name under which lists of names in JSON are kept. */
export const JSON_FILE = 'json';

const MAX_JSON = 4 * 2 ** 20;

/** @throws ModelFileError prefixed with the file's name */
export async function readFile(
  name: string,
  source: ImportSource,
  runtimes: Runtimes,
  known?: PyValue,
): Promise<ChainFile> {
  const { path } = source;
  const names = await jsonNames(source);
  if (names !== undefined)
    return {
      name,
      path,
      runtime: JSON_FILE,
      entries: [{ reference: { file: name }, key: name, content: { kind: 'names', names } }],
    };
  const runtime = known === undefined ? await runtimes.recognise(source) : 'sklearn';
  const { value: read, part, import: importOne } = await runtimes.named(runtime);
  const entry = (content: Content): Entry => ({ reference: { file: name }, key: name, content });
  if (read !== undefined) {
    const value = known ?? (await read(path));
    return { name, path, runtime, value, entries: entriesOf(name, value) };
  }
  if (part !== undefined) {
    return { name, path, runtime, entries: [entry({ kind: 'estimator', part: await part(path) })] };
  }
  const imported = await importOne(source, {}, runtimes);
  const { signature, description } = imported;
  return { name, path, runtime, imported, entries: [entry({ kind: 'model', signature, description })] };
}

/**
 * Names of columns in a JSON file: a list of strings, or an object with one list of strings ({"data_columns": […]}).
 */
async function jsonNames({ path, head, isDirectory }: ImportSource): Promise<readonly string[] | undefined> {
  if (isDirectory || !/^\s*[[{]\s*"/.test(Buffer.from(head.subarray(0, 64)).toString('utf8')))
    return undefined;
  const bytes = await readModelFile(path);
  if (bytes.length > MAX_JSON) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    const lists = Array.isArray(value) ? [value] : Object.values(value as object).filter(Array.isArray);
    const [list] = lists as unknown[][];
    return lists.length === 1 && list.length > 0 && list.every((item) => typeof item === 'string')
      ? list
      : undefined;
  } catch {
    return undefined;
  }
}

/** What the entries of these files hold. */
export function lookupIn(files: readonly ChainFile[]): Lookup {
  const byName = new Map(files.map((file) => [file.name, file]));
  const idOf = (reference: Reference): string => JSON.stringify([reference.file, keysOf(reference)]);
  const found = new Map(
    files.flatMap(({ entries }) =>
      entries.map(({ reference, content }) => [idOf(reference), content] as const),
    ),
  );
  return (reference) => {
    const file = byName.get(reference.file);
    if (file === undefined)
      throw new ModelFileError(
        `${RECIPE_FILE} names ${reference.file}, which is not among the files: ${[...byName.keys()].slice(0, 30).join(', ')}`,
      );
    const id = idOf(reference);
    const content = found.get(id) ?? entryOf(file, keysOf(reference));
    found.set(id, content);
    return content;
  };
}

function entryOf({ name, value, entries }: ChainFile, keys: readonly (string | number)[]): Content {
  if (value === undefined) {
    if (keys.length === 0 && entries.length === 1) return entries[0].content;
    throw new ModelFileError(`${name} has no entries`);
  }
  const [inside, ...others] = entriesOf(name, valueAt(name, value, keys));
  if (others.length === 0 && inside.reference.entry === undefined) return inside.content;
  throw new ModelFileError(
    `${name}, entry ${JSON.stringify(keys.join('.'))} holds several entries; name one of them`,
  );
}

/** The recipe among the files, and the others. */
export async function splitRecipe(
  sources: readonly ImportSource[],
): Promise<{ recipe?: Recipe; models: readonly ImportSource[] }> {
  const found = sources.filter(({ path }) => isRecipe(path));
  if (found.length > 1) throw new ModelFileError(`${found.length} files are named ${RECIPE_FILE}; give one`);
  const models = sources.filter(({ path }) => !isRecipe(path));
  return found.length === 0
    ? { models }
    : { recipe: parseRecipe(await readModelFile(found[0].path)), models };
}
