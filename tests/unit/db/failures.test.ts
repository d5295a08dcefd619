import pg from 'pg';
import { expect, test } from 'vitest';
import { checkDatabaseUrl, connectFailure, isConnectionLost, queryFailure } from '../../../server/db/failures.ts';

function databaseError(code: string): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError('said the server', 1, 'error'), { code });
}
const systemError = (code: string) => Object.assign(new Error(`connect ${code}`), { code });

test.each(['28P01', '28000', '3D000', '42501'])('%s on connecting is a refusal', (code) => {
  expect(connectFailure(databaseError(code))).toMatchObject({ code: 'DATABASE_REFUSED', details: 'said the server' });
});

test.each([
  systemError('ECONNREFUSED'),
  systemError('ENOTFOUND'),
  new AggregateError([systemError('ECONNREFUSED')]),
  databaseError('57P03'),
  databaseError('53300'),
  new Error('Connection terminated unexpectedly'),
  new Error('timeout exceeded when trying to connect'),
])('%s means that the database is away', (error) => {
  expect(connectFailure(error).code).toBe('DATABASE_UNREACHABLE');
  expect(isConnectionLost(error)).toBe(true);
  expect(queryFailure(error)).toMatchObject({ code: 'DATABASE_UNREACHABLE', status: 503 });
});

test.each([databaseError('23505'), databaseError('42P01'), new TypeError('a bug')])(
  '%s is told as it is, so that callers can read it',
  (error) => expect(queryFailure(error)).toBe(error),
);

test.each(['mysql://a@b/c', 'localhost:5432/hallwatch', 'postgres://host:5432', 'postgres://host:5432/', 'nonsense'])(
  '%s is no database address',
  (url) => expect(() => checkDatabaseUrl(url)).toThrow(expect.objectContaining({ code: 'DATABASE_URL_INVALID' })),
);

test.each(['postgres://u:p@h:5432/d', 'postgresql://h/d', 'postgres:///d?host=/run/postgresql'])('%s is one', (url) => {
  expect(checkDatabaseUrl(url).pathname).toBe('/d');
});
