import { AccountInput } from '#contract/accounts.ts';
import type { GrantScope } from '#contract/grants.ts';
import { Role } from '#contract/permissions.ts';
import { checkForm, type FieldMessage } from '../admin/form-errors.ts';
import { endOfDay, scopeOf, valueOf } from './scopes.ts';

/** What the first line of a table of accounts says, in any order. */
export const columns = ['username', 'displayName', 'password', 'role', 'place', 'until'] as const;
type Column = (typeof columns)[number];

/** A table (RFC 4180) as rows of cells; a byte order mark and empty lines do not count. */
export function cellsOf(text: string): string[][] {
  const rows: string[][] = [[]];
  // a cell in quotes, in which two stand for one; or one without; then what ends it
  for (const [, quoted, plain, end] of text
    .replace(/^\uFEFF/, '')
    .matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain!.trim());
    if (end === '') break;
    if (end !== ',') rows.push([]);
  }
  return rows.filter((row) => row.some((cell) => cell !== ''));
}

/** What is no place becomes one that cannot be there, never everything. */
function placeOf(text: string): GrantScope {
  const scope = scopeOf(text);
  return text === 'everything' || scope.of !== 'everything' ? scope : { of: 'hall', id: `?${text}` };
}

/** What is no day stays what it is, and is refused with its line. */
function untilOf(text: string): string | null {
  return Number.isNaN(Date.parse(`${text}T23:59:59`)) ? text || null : endOfDay(text);
}

/** The column of a table that a wrong field of its account stands in. */
export function columnOf(path: string): string {
  if (!path.startsWith('grants')) return path;
  return path.includes('.scope') ? 'place' : (path.split('.')[2] ?? 'role');
}

/** What is wrong with an account, by the columns of its lines; `places` are those that there are, as the column names them. */
export function mistakesIn(account: AccountInput, places: ReadonlySet<string>): [column: string, FieldMessage][] {
  const notThere: [string, FieldMessage] = ['place', { key: 'unknownPlace', params: {} }];
  const noRole: FieldMessage = { key: 'oneOf', params: { values: Role.options.join(', ') } };
  const checked = checkForm(AccountInput, account);
  if (checked.ok) return checked.data.grants.every(({ scope }) => places.has(valueOf(scope))) ? [] : [notThere];
  return Object.entries(checked.fields).map(([path, message]) => {
    const column = columnOf(path);
    if (column === 'place') return notThere;
    return [column, column === 'role' ? noRole : message];
  });
}

/**
 * Accounts of a table: a line each, and where a username stands on several, a grant each. `place` is `everything`,
 * `region:ID` or `hall:ID`. Gives the columns that are missing instead, where there are any.
 */
export function accountsOf(text: string): { rows: AccountInput[] } | { missing: Column[] } {
  const [head = [], ...lines] = cellsOf(text);
  const missing = columns.filter((column) => column !== 'until' && !head.includes(column));
  if (missing.length > 0) return { missing };
  const accounts = new Map<string, AccountInput>();
  for (const line of lines) {
    const cell = (column: Column) => line[head.indexOf(column)] ?? '';
    const grant = {
      role: cell('role') as 'supervisor',
      scope: placeOf(cell('place')),
      until: untilOf(cell('until')),
    };
    const known = accounts.get(cell('username'));
    if (known) known.grants = [...(known.grants ?? []), grant];
    else {
      const person = { username: cell('username'), displayName: cell('displayName'), password: cell('password') };
      accounts.set(person.username, { ...person, grants: [grant] });
    }
  }
  return { rows: [...accounts.values()] };
}
