/** Python environments with one version of scikit-learn each, kept under .venvs/. */
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Interpreters and companions that fit a range of versions; the first whose `below` is above the version counts. */
const GENERATIONS = [
  { below: [0, 24], pythons: ['python3.8'], packages: ['numpy<1.20', 'scipy<1.6', 'pandas<1.3'] },
  { below: [1, 1], pythons: ['python3.9', 'python3.8'], packages: ['numpy<1.24', 'scipy<1.9', 'pandas<1.6'] },
  {
    below: [1, 4],
    pythons: ['python3.11', 'python3.10'],
    packages: ['numpy<1.25', 'scipy<1.11', 'pandas<2.1'],
  },
  {
    below: [Infinity],
    pythons: ['python3.11', 'python3.12', 'python3.13', 'python3'],
    packages: ['numpy', 'scipy', 'pandas'],
  },
];

/**
 * The interpreter of an environment that has this scikit-learn, made if need be.
 * @param version "1.5.2", or "newest" for what the package index has
 */
export function pythonWith(root, version) {
  const dir = join(root, '.venvs', `sklearn-${version}`);
  const python = join(dir, 'bin', 'python');
  const ready = join(dir, 'ready');
  if (existsSync(ready)) return python;
  const { pythons, packages } = generationOf(version);
  const base = pythons.find(runs);
  if (base === undefined) throw new Error(`scikit-learn ${version} needs one of ${pythons.join(', ')}`);
  console.error(`making ${dir} (once)`);
  execFileSync(base, ['-m', 'venv', dir]);
  const sklearn = version === 'newest' ? 'scikit-learn' : `scikit-learn==${version}`;
  const install = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--only-binary',
    ':all:',
    sklearn,
    ...packages,
    'joblib',
    'lz4',
  ];
  execFileSync(python, install, { stdio: ['ignore', 'inherit', 'inherit'] });
  writeFileSync(ready, '');
  return python;
}

function generationOf(version) {
  const parts = version === 'newest' ? [] : version.split('.').map(Number);
  return GENERATIONS.find(({ below }) => parts.length > 0 && isBefore(parts, below)) ?? GENERATIONS.at(-1);
}

function isBefore([major, minor = 0], [otherMajor, otherMinor = 0]) {
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
}

function runs(command) {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
