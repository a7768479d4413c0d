// node scripts/lint-length.mjs
// Fails if a source file has more than 300 lines: it holds two subjects, which want a file each.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const LIMIT = 300;
const FOLDERS = ['src', 'test', 'scripts', 'bench', 'clients', 'parity', 'console', 'bin'];

const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...FOLDERS], {
  encoding: 'utf8',
}).split('\n');
const tooLong = [...new Set(listed)]
  .filter((path) => /\.(?:[cm]?[jt]s|tsx|py)$/.test(path) && existsSync(path))
  .map((path) => ({ path, lines: readFileSync(path, 'utf8').split('\n').length - 1 }))
  .filter(({ lines }) => lines > LIMIT);
for (const { path, lines } of tooLong) process.stderr.write(`${path}: ${lines} lines; at most ${LIMIT}\n`);
process.exitCode = tooLong.length === 0 ? 0 : 1;
