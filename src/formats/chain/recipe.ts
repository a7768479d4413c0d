/** modelgate.yaml: what cannot be told from the files of a chain, and, in a package, all that was understood of them. */
import { parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import { ModelFileError } from '../../inference/model.js';
import { isInnerPath } from '../inner-path.js';
import { RECIPE_FILE } from './recipe-file.js';

export { RECIPE_FILE } from './recipe-file.js';

const MAX_BYTES = 4 * 2 ** 20;
const MAX_STEPS = 1000;
const MAX_COLUMNS = 100_000;

const name = z.string().min(1).max(1000);
const key = z.union([name, z.int().min(-MAX_COLUMNS).max(MAX_COLUMNS)]);
const reference = {
  file: z
    .string()
    .refine(isInnerPath, 'must be the path of a file beside the recipe')
    .describe('Path of a file, relative to the recipe'),
  entry: z
    .union([key, z.array(key).min(1).max(8)])
    .optional()
    .describe(
      'In a file that holds a dict, list or tuple: the key or position of the entry, or the way to a nested one',
    ),
};

const step = z.strictObject({
  ...reference,
  columns: z
    .array(z.union([name, z.int().min(0).max(MAX_COLUMNS)]))
    .min(1)
    .max(MAX_COLUMNS)
    .optional()
    .describe(
      'Names or positions (from 0) of the columns that the step takes; default: those that it was fitted on by name, else all',
    ),
  names: z
    .array(name)
    .min(1)
    .max(MAX_COLUMNS)
    .optional()
    .describe('Names of the columns that the step gives, for later steps to take'),
});

export const RECIPE_SCHEMA = z
  .strictObject({
    features: z
      .array(name)
      .min(1)
      .max(MAX_COLUMNS)
      .optional()
      .describe('Names of the input columns, in order'),
    steps: z
      .array(step)
      .min(1)
      .max(MAX_STEPS)
      .describe(
        'Files in the order in which the table passes through them. As many columns as a step takes and gives stay in their places; others go to the end of the table',
      ),
    labels: z
      .union([
        z
          .array(z.union([z.string().max(1000), z.number(), z.boolean()]))
          .min(2)
          .max(MAX_COLUMNS),
        z.strictObject(reference),
      ])
      .optional()
      .describe('Class labels to answer instead of 0, 1, 2, …: a list, or the file of a LabelEncoder'),
    target: z
      .strictObject(reference)
      .optional()
      .describe("A scaler of the target; its inverse turns the model's numbers back"),
    threshold: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe('For two classes: predict the second where its probability is at least this'),
    unnamed: z
      .boolean()
      .optional()
      .describe('True if the names in `features` were made up, because no file holds any'),
  })
  .meta({ id: 'Recipe', description: 'How several model files make one model (modelgate.yaml)' });

export type Recipe = z.output<typeof RECIPE_SCHEMA>;
export type RecipeStep = Recipe['steps'][number];
/** A value in one of the files. */
export type Reference = Pick<RecipeStep, 'file' | 'entry'>;
export type Key = string | number;

/** @throws ModelFileError naming the first thing that is wrong */
export function parseRecipe(bytes: Uint8Array): Recipe {
  if (bytes.length > MAX_BYTES) throw wrong(`is larger than ${MAX_BYTES} bytes`);
  const parsed = RECIPE_SCHEMA.safeParse(parseYaml(Buffer.from(bytes).toString('utf8')));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw wrong(`${issue?.path.join('.') || 'document'}: ${issue?.message}`);
}

function parseYaml(text: string): unknown {
  const document = parseDocument(text, { logLevel: 'silent' });
  const [error] = document.errors;
  if (error !== undefined) throw wrong(`is not YAML: ${error.message.split('\n')[0]}`);
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw wrong(`is not YAML: ${(cause as Error).message.split('\n')[0]}`);
  }
}

function wrong(what: string): ModelFileError {
  return new ModelFileError(`${RECIPE_FILE} ${what}`);
}

export function renderRecipe(recipe: Recipe): Uint8Array {
  return Buffer.from(stringify(recipe, { aliasDuplicateObjects: false }));
}

/** The way from a file's value to the entry. */
export function keysOf({ entry }: Reference): readonly Key[] {
  return entry === undefined ? [] : Array.isArray(entry) ? entry : [entry];
}

/** A reference as messages show it: `model.pkl` or `model.pkl, entry "scaler"`. */
export function nameOf(reference: Reference): string {
  const keys = keysOf(reference);
  return keys.length === 0 ? reference.file : `${reference.file}, entry ${JSON.stringify(keys.join('.'))}`;
}
