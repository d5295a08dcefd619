import pg from 'pg';
import { AppError, messageOf } from '#lib/app-error.ts';

/** Classes and states of https://www.postgresql.org/docs/17/errcodes-appendix.html that speak of the connection, not of the SQL. */
const refused = new Set(['28P01', '28000', '3D000', '42501']);
const away = new Set(['57P01', '57P02', '57P03', '57P05', '53300', '58000']);
const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
]);
/** What pg says without a code when a connection ends under a query or does not come about in time. */
const lostConnection =
  /connection terminated|connection ended|timeout exceeded when trying to connect|query read timeout|timeout expired|client has encountered a connection error/i;

/** True where the database was not there or went away, so that the same call may succeed later. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isConnectionLost);
  if (error instanceof pg.DatabaseError) return (error.code ?? '').startsWith('08') || away.has(error.code ?? '');
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return (code !== undefined && networkCodes.has(code)) || lostConnection.test(error.message);
}

/** A failure to connect, under its code: DATABASE_REFUSED or DATABASE_UNREACHABLE. */
export function connectFailure(error: unknown): AppError {
  const isRefusal = error instanceof pg.DatabaseError && refused.has(error.code ?? '');
  return new AppError(isRefusal ? 'DATABASE_REFUSED' : 'DATABASE_UNREACHABLE', messageOf(error), { cause: error });
}

/** A lost connection becomes DATABASE_UNREACHABLE; everything else (constraints, bugs) stays what it was. */
export function queryFailure(error: unknown): unknown {
  return isConnectionLost(error) ? connectFailure(error) : error;
}

/** The address that `pg` will use, or DATABASE_URL_INVALID. */
export function checkDatabaseUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const isPostgres = parsed?.protocol === 'postgres:' || parsed?.protocol === 'postgresql:';
  if (!parsed || !isPostgres || parsed.pathname.length < 2) throw new AppError('DATABASE_URL_INVALID');
  return parsed;
}
