import { ApiError, type ErrorCode } from './errors.js';

/** Of connections to PostgreSQL: SQLSTATE classes 08 and 57P, too many connections; Node's codes; messages of `pg`. */
const DATABASE_CODE =
  /^(08...|57P0.|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;
const DATABASE_MESSAGE =
  /^(Connection terminated|timeout exceeded when trying to connect|Client (was closed|has encountered a connection error)|Query read timeout|Cannot use a pool after calling end)/;
const SQLITE_CODE = /^SQLITE_(FULL|IOERR|BUSY|LOCKED|CANTOPEN|READONLY)$/;
const STORAGE_CODE = /^(ENOSPC|EDQUOT|EROFS|EIO)$/;
/** Causes of causes that are looked at. */
const DEPTH = 5;

/**
 * The error of something the server needs that is away just now, named: `database_unavailable` or `storage_unavailable`.
 * Undefined for any other error.
 */
export function unavailable(error: unknown): ApiError | undefined {
  let each = error;
  for (let depth = 0; depth < DEPTH && each instanceof Error; depth++) {
    const code = codeOf(each);
    if (code) return new ApiError(code, undefined, { cause: error });
    const { cause, driverError } = each as { cause?: unknown; driverError?: unknown };
    each = driverError ?? cause;
  }
  return undefined;
}

function codeOf(error: Error): ErrorCode | undefined {
  const { code, message } = error as NodeJS.ErrnoException;
  if (typeof code === 'string') {
    if (DATABASE_CODE.test(code) || SQLITE_CODE.test(code)) return 'database_unavailable';
    if (STORAGE_CODE.test(code)) return 'storage_unavailable';
  }
  return DATABASE_MESSAGE.test(message) ? 'database_unavailable' : undefined;
}
