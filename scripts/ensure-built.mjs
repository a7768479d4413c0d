import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** What the build makes last. */
const program = join(root, 'dist', 'bundle', 'cli.js');

/** Builds dist/ when it is missing or older than a source. An installed package has no sources and needs nothing. */
export function ensureBuilt() {
  if (!existsSync(join(root, 'src')) || (existsSync(program) && statSync(program).mtimeMs >= newestSource()))
    return;
  process.stderr.write('building dist/ …\n');
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    process.stderr.write(
      'modelgate: the build failed; run "npm ci" and "npm run build" in the project\'s folder\n',
    );
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
    join(root, 'scripts', 'bundle.mjs'),
  ];
  return Math.max(...paths.map((path) => statSync(path).mtimeMs));
}
