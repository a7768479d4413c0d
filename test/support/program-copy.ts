import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_DIR } from './program.js';

/** Copies the built program, in the form of an installed package, into `dir`, where a test may damage it. */
export function copyProgram(dir: string): string {
  mkdirSync(join(dir, 'scripts'), { recursive: true });
  for (const path of ['package.json', 'bin', 'dist', 'models', 'scripts/ensure-built.mjs'])
    cpSync(join(PROJECT_DIR, path), join(dir, path), { recursive: true });
  symlinkSync(join(PROJECT_DIR, 'node_modules'), join(dir, 'node_modules'), 'dir');
  return dir;
}
