/** Python environments of the bench, made from PyPI under .venvs/ and kept. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Interpreters that all of the packages have wheels for, best first. */
const INTERPRETERS = ['python3.11', 'python3.12', 'python3.10', 'python3'];

const ENVIRONMENTS = {
  reference: [
    'fastapi',
    'uvicorn[standard]',
    'pyjwt',
    'bcrypt',
    'python-multipart',
    'pandas',
    'scikit-learn',
    'lightgbm',
    'xgboost-cpu',
    'joblib',
  ],
  // MLServer 1.7's workers die under uvloop 0.22 and later.
  mlserver: ['mlserver', 'mlserver-sklearn', 'uvloop<0.22'],
};

/**
 * The interpreter of an environment, or undefined, with a message, where it cannot be made.
 * @param name "reference" or "mlserver"
 */
export function pythonOf(root, name) {
  const dir = join(root, '.venvs', `bench-${name}`);
  const python = join(dir, 'bin', 'python');
  const ready = join(dir, 'ready');
  const packages = ENVIRONMENTS[name].join(' ');
  if (existsSync(ready) && readFileSync(ready, 'utf8') === packages) return python;
  try {
    console.error(`making .venvs/bench-${name} (once)`);
    rmSync(dir, { recursive: true, force: true });
    execFileSync(interpreter(), ['-m', 'venv', dir]);
    const install = ['-m', 'pip', 'install', '--quiet', '--only-binary', ':all:', ...ENVIRONMENTS[name]];
    execFileSync(python, install, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
    writeFileSync(ready, packages);
    return python;
  } catch (error) {
    console.error(`skipped what needs .venvs/bench-${name}: ${lastLine(error.stderr) ?? error.message}`);
    return undefined;
  }
}

/** Versions of the packages that matter, for the report. */
export function versionsOf(python, packages) {
  const script = `import importlib.metadata as m, sys; print(*(f"{p} {m.version(p)}" for p in sys.argv[1:]), sep=", ")`;
  const versions = execFileSync(python, ['-c', script, ...packages], { encoding: 'utf8' }).trim();
  return `Python ${execFileSync(python, ['-c', 'import platform; print(platform.python_version())'], { encoding: 'utf8' }).trim()}, ${versions}`;
}

/** The environment of a Python process: this one's, without settings that choose other kernels for numpy. */
export function pythonEnv() {
  const { OPENBLAS_CORETYPE: _type, OPENBLAS_L2_SIZE: _size, ...env } = process.env;
  return { ...env, PYTHONWARNINGS: 'ignore' };
}

function interpreter() {
  const found = INTERPRETERS.find((command) => {
    try {
      execFileSync(command, ['-c', 'import venv'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
  if (!found) throw new Error(`there is none of ${INTERPRETERS.join(', ')}`);
  return found;
}

const lastLine = (text) =>
  text
    ?.trim()
    .split('\n')
    .findLast((line) => line.startsWith('ERROR')) ?? undefined;
