/** Python environments with one version of a library each, kept under .venvs/. */
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const OLDEST = ['numpy<1.20', 'scipy<1.6', 'pandas<1.3'];
const OLD = ['numpy<1.24', 'scipy<1.9', 'pandas<1.6'];

/** Interpreters and companions that fit a range of versions; the first whose `below` is above the version counts. */
const GENERATIONS = {
  sklearn: [
    { below: [0, 24], pythons: ['python3.8'], packages: OLDEST },
    { below: [1, 1], pythons: ['python3.9', 'python3.8'], packages: OLD },
    {
      below: [1, 4],
      pythons: ['python3.11', 'python3.10'],
      packages: ['numpy<1.25', 'scipy<1.11', 'pandas<2.1'],
    },
  ],
  lightgbm: [
    { below: [3, 1], pythons: ['python3.8'], packages: ['scikit-learn==0.23.2', ...OLDEST] },
    { below: [4], pythons: ['python3.9', 'python3.8'], packages: ['scikit-learn==1.0.2', ...OLD] },
    {
      below: [4, 6],
      pythons: ['python3.11', 'python3.10'],
      packages: ['scikit-learn==1.4.2', 'numpy<2', 'scipy<1.13', 'pandas<2.2'],
    },
  ],
  keras: [
    {
      below: [3],
      pythons: ['python3.11', 'python3.10'],
      packages: ['tensorflow-cpu==2.15.1', 'numpy<2', 'pandas<2.2'],
    },
    {
      below: [3, 9],
      pythons: ['python3.11', 'python3.10'],
      packages: ['tensorflow-cpu==2.16.2', 'pandas<2.3'],
    },
  ],
  imblearn: [],
  xgboost: [
    { below: [1, 3], pythons: ['python3.8'], packages: ['scikit-learn==0.23.2', ...OLDEST] },
    { below: [1, 7], pythons: ['python3.9', 'python3.8'], packages: ['scikit-learn==1.0.2', ...OLD] },
    {
      below: [2, 1],
      pythons: ['python3.11', 'python3.10'],
      packages: ['scikit-learn==1.4.2', 'numpy<2', 'scipy<1.13', 'pandas<2.2'],
    },
  ],
};
const NEWEST = {
  pythons: ['python3.11', 'python3.12', 'python3.13', 'python3'],
  packages: ['scikit-learn', 'numpy', 'scipy', 'pandas'],
};
/** What the newest version of a library needs beside that. */
const COMPANIONS = { keras: ['jax'] };
const PACKAGES = { sklearn: 'scikit-learn', imblearn: 'imbalanced-learn' };

/** Libraries beside scikit-learn, each with a family of its name. */
export const LIBRARIES = Object.keys(GENERATIONS).filter((name) => name !== 'sklearn');

/**
 * The interpreter of an environment that has this version of the library, made if need be.
 * @param version "1.5.2", or "newest" for what the package index has
 */
export function pythonWith(root, library, version) {
  const dir = join(root, '.venvs', `${library}-${version}`);
  const python = join(dir, 'bin', 'python');
  const ready = join(dir, 'ready');
  if (existsSync(ready)) return python;
  const { pythons, packages } = generationOf(library, version);
  const base = pythons.find(runs);
  if (base === undefined) throw new Error(`${library} ${version} needs one of ${pythons.join(', ')}`);
  console.error(`making ${dir} (once)`);
  execFileSync(base, ['-m', 'venv', dir]);
  const name = PACKAGES[library] ?? library;
  const wanted = version === 'newest' ? name : `${name}==${version}`;
  const others = packages.filter((each) => each.split('==')[0] !== name);
  const install = ['install', '--quiet', '--only-binary', ':all:', wanted, ...others, 'joblib', 'lz4'];
  execFileSync(python, ['-m', 'pip', ...install], { stdio: ['ignore', 'inherit', 'inherit'] });
  writeFileSync(ready, '');
  return python;
}

function generationOf(library, version) {
  const newest = { ...NEWEST, packages: [...NEWEST.packages, ...(COMPANIONS[library] ?? [])] };
  if (version === 'newest') return newest;
  const parts = version.split('.').map(Number);
  return GENERATIONS[library].find(({ below }) => isBefore(parts, below)) ?? newest;
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
