// Writes the generated files, or with --check exits 1 where one has drifted from what it is generated from.
import 'reflect-metadata';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './ensure-built.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const check = process.argv.includes('--check');

ensureBuilt();
const { openApi } = await import('./generators/openapi.mjs');
const { configurationPage } = await import('./generators/configuration-page.mjs');
const { errorsPage } = await import('./generators/errors-page.mjs');
const { modelsPage } = await import('./generators/models-page.mjs');
const { recipeSchema } = await import('./generators/recipe-schema.mjs');

const dataDir = mkdtempSync(join(tmpdir(), 'modelgate-generate-'));
const files = {
  'openapi.json': await openApi(dataDir),
  'docs/configuration.md': configurationPage(),
  'docs/errors.md': await errorsPage(),
  'docs/models.md': await modelsPage(),
  'docs/modelgate-yaml.schema.json': recipeSchema(),
};
rmSync(dataDir, { recursive: true, force: true });

let drifted = 0;
for (const [path, text] of Object.entries(files)) {
  const target = join(root, path);
  if (!check) writeFileSync(target, text);
  else if (read(target) !== text) {
    drifted += 1;
    process.stderr.write(`${path} has drifted; run "npm run generate"\n`);
  }
}
process.stdout.write(
  check
    ? `${Object.keys(files).length - drifted} generated files are current\n`
    : `wrote ${Object.keys(files).join(', ')}\n`,
);
process.exit(drifted === 0 ? 0 : 1);

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
