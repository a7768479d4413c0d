import { QueryFailedError } from 'typeorm';

const CODES = ['SQLITE_CONSTRAINT', '23505'];

/**
 * True if the database rejected a row because its key exists (SQLite's result code, PostgreSQL's SQLSTATE).
 */
export const isUniqueViolation = (error: unknown): boolean =>
  error instanceof QueryFailedError &&
  CODES.includes(String((error.driverError as { code?: unknown } | undefined)?.code));
