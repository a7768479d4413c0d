import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bundler = join(root, 'scripts', 'bundle.mjs');
const program = join(root, 'dist', 'bundle', 'cli.js');

/** Builds dist/bundle/ when it is missing or older than a source. An installed package has no sources and needs nothing. */
export function ensureBuilt() {
  if (!existsSync(join(root, 'src')) || (existsSync(program) && statSync(program).mtimeMs >= newestSource()))
    return;
  process.stderr.write('building dist/bundle/ …\n');
  const { status } = spawnSync(process.execPath, [bundler], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    process.stderr.write('modelgate: the build failed; run "npm ci" in the project\'s folder\n');
    process.exit(1);
  }
}

function newestSource() {
  const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true });
  const sources = files.filter(
    (file) => file.isFile() && file.name.endsWith('.ts') && !file.name.endsWith('.spec.ts'),
  );
  const paths = [
    ...sources.map((file) => join(file.parentPath ?? file.path, file.name)),
    join(root, 'ormconfig.ts'),
    join(root, 'tsconfig.json'),
    bundler,
  ];
  return Math.max(...paths.map((path) => statSync(path).mtimeMs));
}
