/** What was understood of a chain, for people. */
import type { ModelTree } from '../runtime.js';
import type { CompleteRecipe, Lookup } from './build.js';
import { whatIs } from './contents.js';
import { nameOf, type Recipe, type RecipeStep } from './recipe.js';

const STEPS_SHOWN = 6;
const COLUMNS_SHOWN = 50;

/** One line: "Chain (LabelEncoder, StandardScaler, RandomForestClassifier)". */
export function describeChain({ steps }: Recipe, lookup: Lookup): string {
  if (steps.length === 1) {
    const content = lookup(steps[0]);
    if (content.kind === 'estimator') return content.part.description;
  }
  const titles = steps.map((step) => titleOf(step, lookup));
  const shown = titles.length > STEPS_SHOWN ? [...titles.slice(0, STEPS_SHOWN), '…'] : titles;
  return `Chain (${shown.join(', ')})`;
}

const titleOf = (step: RecipeStep, lookup: Lookup): string => whatIs(lookup(step));

/** The steps with the columns that each takes, and what is done with the answers. */
export function treeOf(recipe: CompleteRecipe, lookup: Lookup): ModelTree {
  const { labels, target, threshold } = recipe;
  return {
    className: 'Chain',
    parameters: {
      ...(threshold !== undefined && { threshold }),
      ...(labels !== undefined && {
        labels: Array.isArray(labels) ? labels.slice(0, COLUMNS_SHOWN) : nameOf(labels),
      }),
      ...(target !== undefined && { target: nameOf(target) }),
    },
    steps: recipe.steps.map((step): ModelTree => {
      const content = lookup(step);
      const tree = content.kind === 'estimator' ? content.part.tree : { className: whatIs(content) };
      const { columns } = step;
      return {
        ...tree,
        name: nameOf(step),
        ...(columns && { parameters: { ...tree.parameters, columns: columns.slice(0, COLUMNS_SHOWN) } }),
      };
    }),
  };
}
