import { ApiError, StartError } from '../common/errors.js';
import { ConfigError } from '../config/config.js';
import { TrainingError } from '../training/training-error.js';
import { ModelFileError } from '../inference/model.js';

const FOR_PEOPLE = [StartError, ConfigError, ModelFileError, ApiError, TrainingError];

/** Exits with code 1 and one clear line. Only an internal error shows its stack. */
export function reportAndExit(error: unknown): never {
  // The reader closed the pipe (for example `head`).
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0);
  // System errors about a path from the command line are clear without a stack.
  const isOfSystem =
    typeof (error as NodeJS.ErrnoException).syscall === 'string' &&
    (error as NodeJS.ErrnoException).path !== undefined;
  const isForPeople = isOfSystem || FOR_PEOPLE.some((kind) => error instanceof kind);
  process.stderr.write(
    `modelgate: ${isForPeople ? (error as Error).message : ((error as Error).stack ?? String(error))}\n`,
  );
  process.exit(1);
}
