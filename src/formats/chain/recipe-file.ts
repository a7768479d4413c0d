/** The recipe of a chain beside its files. */
export const RECIPE_FILE = 'modelgate.yaml';

export const isRecipe = (path: string): boolean => /(^|[\\/])modelgate\.ya?ml$/i.test(path);
