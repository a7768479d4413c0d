import { NoPredictor } from '../../formats/bundle-errors.js';
import { ModelFileError, ModelInputError } from '../../inference/model.js';
import type { ReportedError } from './messages.js';

/** An error as it travels between processes. */
export function reported(error: unknown): ReportedError {
  const { message, stack } = error as Error;
  if (error instanceof NoPredictor) return { name: 'NoPredictor', message };
  if (error instanceof ModelFileError) return { name: 'ModelFileError', message };
  if (error instanceof ModelInputError)
    return { name: 'ModelInputError', message, row: error.row, feature: error.feature };
  return { name: 'Error', message: stack ?? String(error) };
}

/** The error that was {@link reported}. */
export function asError({ name, message, row, feature }: ReportedError): Error {
  if (name === 'NoPredictor') return new NoPredictor(message);
  if (name === 'ModelFileError') return new ModelFileError(message);
  return name === 'ModelInputError' ? new ModelInputError(message, row, feature) : new Error(message);
}
