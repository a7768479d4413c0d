/**
 * npm run parity -- [--sklearn 1.5.2 | newest] [--lightgbm 4.1.0 | newest] [--count 1000] [--seed 7] [--family trees,linear] [--keep DIR] [--python PATH]
 *
 * Fits random models with the library itself, asks both it and Modelgate (as built in dist/), and compares: labels
 * exactly, numbers to 1e-9, sums of boosted trees to the last bit. Exits 1 when any disagree. --keep leaves the model files in DIR; --python names an
 * interpreter that has scikit-learn, joblib and pandas already. --lightgbm (--xgboost) tries the family of that name.
 */
import { execFileSync } from 'node:child_process';
import { createReadStream, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../scripts/ensure-built.mjs';
import { LIBRARIES, pythonWith } from './environment.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const HELPERS = new Set(['__init__.py', 'data.py', 'xgboost_library.py']);

const { values: options } = parseArgs({
  options: {
    sklearn: { type: 'string', default: 'newest' },
    ...Object.fromEntries(LIBRARIES.map((name) => [name, { type: 'string' }])),
    count: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '7' },
    family: { type: 'string' },
    keep: { type: 'string' },
    python: { type: 'string' },
  },
});

ensureBuilt();
const { compareCase } = await import('./compare.mjs');

const library = LIBRARIES.find((name) => options[name] !== undefined) ?? 'sklearn';
const families = options.family?.split(',') ?? (library === 'sklearn' ? allFamilies() : [library]);
const python = options.python ?? pythonWith(dirname(HERE), library, options[library]);
const out = options.keep === undefined ? mkdtempSync(join(tmpdir(), 'parity-')) : resolve(options.keep);
mkdirSync(out, { recursive: true });
try {
  execFileSync(
    python,
    ['-W', 'ignore', 'fit.py', '--out', out, '--count', options.count, '--seed', options.seed, ...families],
    { cwd: HERE, stdio: 'inherit', env: { ...process.env, PYTHONWARNINGS: 'ignore', OMP_NUM_THREADS: '1' } },
  );
  process.exitCode = (await compareAll()) ? 0 : 1;
} finally {
  if (options.keep === undefined) rmSync(out, { recursive: true, force: true });
}

function allFamilies() {
  const files = readdirSync(join(HERE, 'families')).filter(
    (file) => file.endsWith('.py') && !HELPERS.has(file),
  );
  const names = files.map((file) => file.slice(0, -'.py'.length));
  return names.filter((name) => !LIBRARIES.includes(name)).sort();
}

async function compareAll() {
  const totals = { agree: 0, disagree: 0, refused: 0 };
  const table = new Map();
  for await (const line of createInterface({ input: createReadStream(join(out, 'cases.ndjson')) })) {
    const record = JSON.parse(line);
    const { verdict, detail, error } = await compareCase(join(out, record.file), record);
    totals[verdict]++;
    const key = `${record.family} ${record.name}`;
    const row = table.get(key) ?? { agree: 0, disagree: 0, refused: 0, 'max error': 0 };
    row[verdict]++;
    row['max error'] = Math.max(row['max error'], error);
    table.set(key, row);
    if (verdict !== 'agree') console.log(`${verdict}: ${record.family} ${record.file}: ${detail}`);
  }
  console.table(Object.fromEntries([...table].sort(([a], [b]) => (a < b ? -1 : 1))));
  console.log(`${totals.agree} agree, ${totals.disagree} disagree, ${totals.refused} refused`);
  return totals.disagree === 0;
}
