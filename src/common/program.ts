import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder of package.json. Included models and data are found relative to it, whatever the working
 * directory.
 */
export const PROGRAM_DIR = findProgramDir(dirname(fileURLToPath(import.meta.url)));

export const VERSION = (
  JSON.parse(readFileSync(join(PROGRAM_DIR, 'package.json'), 'utf8')) as { version: string }
).version;

function findProgramDir(from: string): string {
  return existsSync(join(from, 'package.json')) ? from : findProgramDir(dirname(from));
}
