import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export const PROJECT_DIR = join(import.meta.dirname, '..', '..');

export type Environment = Readonly<Record<string, string | undefined>>;

export interface CliResult {
  /** The exit code; null if a signal ended the process. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `modelgate` of the program in `programDir`, with these variables and without the developer's own settings. */
export function spawnModelgate(
  programDir: string,
  args: readonly string[],
  env: Environment,
  shell?: string,
): ChildProcess {
  const command = [process.execPath, join(programDir, 'bin', 'modelgate.js'), ...args];
  const [file, ...rest] =
    shell === undefined ? command : ['sh', '-c', `${shell}; exec "$@"`, 'sh', ...command];
  const { PATH, HOME, TMPDIR, SystemRoot } = process.env;
  return spawn(file, rest, {
    env: { PATH, HOME, TMPDIR, SystemRoot, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** Runs a command to its end. */
export async function runModelgate(
  programDir: string,
  args: readonly string[],
  env: Environment,
  input = '',
): Promise<CliResult> {
  const child = spawnModelgate(programDir, args, env);
  // A command that does not read its input may exit before the input is written.
  child.stdin!.on('error', () => undefined);
  child.stdin!.end(input);
  const [code, stdout, stderr] = await Promise.all([exitOf(child), text(child.stdout!), text(child.stderr!)]);
  return { code, stdout, stderr };
}

export const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
