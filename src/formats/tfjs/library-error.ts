import { ModelFileError } from '../../inference/model.js';

/** The library's message without its advice to programmers, which follows the first sentence or line. */
export function messageOf(error: unknown): string {
  return (error as Error).message.split(/\n|\. (?:This may be due|File an issue)/)[0];
}

/** What stands in the way of a model, whether found here or by the library. */
export function asFileError(context: string, error: unknown): ModelFileError {
  return error instanceof ModelFileError ? error : new ModelFileError(`${context}: ${messageOf(error)}`);
}
