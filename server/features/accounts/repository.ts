import { ACCOUNTS_AT_ONCE, type Account, type AccountsQuery } from '#contract/accounts.ts';
import type { Grant } from '#contract/grants.ts';
import type { Role } from '#contract/permissions.ts';
import type { Database } from '../../db/database.ts';

export interface AccountRow {
  username: string;
  display_name: string;
  created_at: string;
}

/** An account as it is listed, with when it was disabled. */
export type ListedAccount = Account & { disabledAt: string | null };

interface GrantRow {
  username: string;
  role: Role;
  region_id: string | null;
  hall_id: string | null;
  until: string | null;
}

export interface StoredAccount {
  account: Account;
  passwordHash: string;
  /** Null: it is not. */
  disabledAt?: string | null;
}

/** Who gave grants, and when. */
export interface Giving {
  grants: readonly Grant[];
  by: string | null;
  at: string;
}

/** The scopes that somebody manages; null: all. */
export interface Managed {
  hallIds: string[] | null;
  regionIds: string[] | null;
}

/** Who has a grant there, and who of them has one elsewhere as well. */
const WITHIN = `WITH mine AS MATERIALIZED (
    SELECT DISTINCT username FROM account_grant
    WHERE (hall_id = ANY ($3) OR region_id = ANY ($4)) AND username > $1),
  beyond AS MATERIALIZED (
    SELECT g.username FROM mine JOIN account_grant g USING (username)
    WHERE g.hall_id = ANY ($3) IS NOT TRUE AND g.region_id = ANY ($4) IS NOT TRUE)`;

const columns = 'username, display_name, created_at';

/** Accounts and their grants in the database. */
export class AccountsRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** By username; of those whose grants lie all within what is managed. */
  async list({ after, search }: AccountsQuery, { hallIds, regionIds }: Managed): Promise<ListedAccount[]> {
    const isAll = hallIds === null;
    // those of a city are found by the indexes of grants: of a province, they are a few of very many
    const rows = await this.#db.query<AccountRow & { disabled_at: string | null }>(
      `${isAll ? '' : WITHIN} SELECT ${columns}, disabled_at FROM account a
       WHERE username > $1
         AND ($2 = '' OR starts_with(username, lower($2)) OR position(lower($2) IN lower(display_name)) > 0)
         ${isAll ? '' : 'AND username IN (SELECT username FROM mine) AND NOT EXISTS (SELECT FROM beyond WHERE beyond.username = a.username)'}
       ORDER BY username LIMIT ${ACCOUNTS_AT_ONCE}`,
      isAll ? [after, search] : [after, search, hallIds, regionIds],
    );
    return rows.map((row) => ({ ...toAccount(row), disabledAt: row.disabled_at }));
  }

  async find(username: string): Promise<StoredAccount | null> {
    const [row] = await this.#db.query<AccountRow & { password_hash: string; disabled_at: string | null }>(
      `SELECT ${columns}, password_hash, disabled_at FROM account WHERE username = $1`,
      [username],
    );
    return row ? { account: toAccount(row), passwordHash: row.password_hash, disabledAt: row.disabled_at } : null;
  }

  async named(usernames: readonly string[]): Promise<Account[]> {
    const rows = await this.#db.query<AccountRow>(
      `SELECT ${columns} FROM account WHERE username = ANY ($1) ORDER BY username`,
      [usernames],
    );
    return rows.map(toAccount);
  }

  async none(): Promise<boolean> {
    const [row] = await this.#db.query<{ none: boolean }>('SELECT NOT EXISTS (SELECT FROM account) AS none');
    return row!.none;
  }

  async setPassword(username: string, passwordHash: string): Promise<void> {
    await this.#db.query('UPDATE account SET password_hash = $2 WHERE username = $1', [username, passwordHash]);
  }

  /** The usernames of those who are disabled. */
  async disabled(): Promise<string[]> {
    const rows = await this.#db.query<{ username: string }>(
      'SELECT username FROM account WHERE disabled_at IS NOT NULL',
    );
    return rows.map(({ username }) => username);
  }

  /** Null: they are not any more. */
  async setDisabled(usernames: readonly string[], at: string | null): Promise<void> {
    await this.#db.query('UPDATE account SET disabled_at = $2 WHERE username = ANY ($1)', [usernames, at]);
  }

  /** Throws the database's unique violation where the name is taken, its foreign-key violation for a scope that is none. */
  insert(stored: StoredAccount, giving: Giving): Promise<void> {
    return this.#db.transaction((inside) => insertInto(inside, stored, giving));
  }

  /** Inserts only while there is no account at all, however many try at once. */
  insertFirst(stored: StoredAccount, giving: Giving): Promise<boolean> {
    return this.#db.transaction(async (inside) => {
      await inside.query('LOCK TABLE account IN EXCLUSIVE MODE');
      if (!(await new AccountsRepository(inside).none())) return false;
      await insertInto(inside, stored, giving);
      return true;
    });
  }

  async grants(): Promise<Map<string, Grant[]>> {
    const rows = await this.#db.query<GrantRow>(
      `SELECT username, role, region_id, hall_id, until FROM account_grant ORDER BY username, granted_at, role`,
    );
    const byName = new Map<string, Grant[]>();
    for (const row of rows) {
      const own = byName.get(row.username);
      if (own) own.push(toGrant(row));
      else byName.set(row.username, [toGrant(row)]);
    }
    return byName;
  }

  /** Makes the grants of an account exactly these. Throws as `insert`. */
  replaceGrants(username: string, giving: Giving): Promise<void> {
    return this.#db.transaction(async (inside) => {
      await inside.query('DELETE FROM account_grant WHERE username = $1', [username]);
      await insertGrants(inside, username, giving);
    });
  }
}

async function insertInto(db: Database, { account, passwordHash }: StoredAccount, giving: Giving): Promise<void> {
  await db.query('INSERT INTO account (username, display_name, created_at, password_hash) VALUES ($1, $2, $3, $4)', [
    account.username,
    account.displayName,
    account.createdAt,
    passwordHash,
  ]);
  await insertGrants(db, account.username, giving);
}

async function insertGrants(db: Database, username: string, { grants, by, at }: Giving): Promise<void> {
  const rows = grants.map(({ role, scope, until }) => ({
    role,
    region_id: scope.of === 'region' ? scope.id : null,
    hall_id: scope.of === 'hall' ? scope.id : null,
    until,
  }));
  await db.query(
    `INSERT INTO account_grant (username, role, region_id, hall_id, until, granted_at, granted_by)
     SELECT $1, role, region_id, hall_id, until, $3, $4
     FROM jsonb_to_recordset($2) AS g (role text, region_id text, hall_id text, until timestamptz)`,
    [username, JSON.stringify(rows), at, by],
  );
}

function toGrant({ role, region_id, hall_id, until }: GrantRow): Grant {
  if (region_id !== null) return { role, scope: { of: 'region', id: region_id }, until };
  if (hall_id !== null) return { role, scope: { of: 'hall', id: hall_id }, until };
  return { role, scope: { of: 'everything' }, until };
}

export function toAccount(row: AccountRow): Account {
  return { username: row.username, displayName: row.display_name, createdAt: row.created_at };
}
