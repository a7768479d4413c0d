import { ApiError, StartError } from '../common/errors.js';
import { ConfigError } from '../config/config.js';
import { TrainingError } from '../training/training-error.js';
import { ModelFileError } from '../inference/model.js';

const FOR_PEOPLE = [StartError, ConfigError, ModelFileError, ApiError, TrainingError];

/** Ends the process with code 1 and one clear line; only a fault of ours shows its stack. */
export function reportAndExit(error: unknown): never {
  // The reader of our output has seen enough, as `head` does.
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0);
  // What the system says of a path that a person gave is clear as it is.
  const isOfSystem =
    typeof (error as NodeJS.ErrnoException).syscall === 'string' &&
    (error as NodeJS.ErrnoException).path !== undefined;
  const isForPeople = isOfSystem || FOR_PEOPLE.some((kind) => error instanceof kind);
  process.stderr.write(
    `modelgate: ${isForPeople ? (error as Error).message : ((error as Error).stack ?? String(error))}\n`,
  );
  process.exit(1);
}
