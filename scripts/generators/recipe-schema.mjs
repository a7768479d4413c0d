import { z } from 'zod';
import { RECIPE_SCHEMA } from '../../dist/src/formats/chain/recipe.js';

/** docs/modelgate-yaml.schema.json: what modelgate.yaml may hold, as JSON schema, for editors. */
export function recipeSchema() {
  return `${JSON.stringify(z.toJSONSchema(RECIPE_SCHEMA, { io: 'input' }), null, 2)}\n`;
}
