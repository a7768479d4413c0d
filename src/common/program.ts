import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json: what is shipped (models, data) is found beside the program, from any directory. */
export const PROGRAM_DIR = findProgramDir(dirname(fileURLToPath(import.meta.url)));

export const VERSION = (
  JSON.parse(readFileSync(join(PROGRAM_DIR, 'package.json'), 'utf8')) as { version: string }
).version;

function findProgramDir(from: string): string {
  return existsSync(join(from, 'package.json')) ? from : findProgramDir(dirname(from));
}
