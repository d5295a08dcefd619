import type { Account } from '#contract/accounts.ts';
import type { Role } from '#contract/permissions.ts';
import type { Database } from '../../db/database.ts';

interface AccountRow {
  username: string;
  display_name: string;
  role: Role;
  created_at: string;
}

export interface StoredAccount {
  account: Account;
  passwordHash: string;
}

const columns = 'username, display_name, role, created_at';

/** Accounts in the database. */
export class AccountsRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async list(): Promise<Account[]> {
    const rows = await this.#db.query<AccountRow>(`SELECT ${columns} FROM account ORDER BY username`);
    return rows.map(toAccount);
  }

  async find(username: string): Promise<StoredAccount | null> {
    const [row] = await this.#db.query<AccountRow & { password_hash: string }>(
      `SELECT ${columns}, password_hash FROM account WHERE username = $1`,
      [username],
    );
    return row ? { account: toAccount(row), passwordHash: row.password_hash } : null;
  }

  async none(): Promise<boolean> {
    const [row] = await this.#db.query<{ none: boolean }>('SELECT NOT EXISTS (SELECT FROM account) AS none');
    return row!.none;
  }

  /** Throws the database's unique violation where the name is taken. */
  async insert({ account, passwordHash }: StoredAccount): Promise<void> {
    await this.#db.query(
      'INSERT INTO account (username, display_name, role, created_at, password_hash) VALUES ($1, $2, $3, $4, $5)',
      [account.username, account.displayName, account.role, account.createdAt, passwordHash],
    );
  }

  /** Inserts only while there is no account at all, however many try at once. */
  insertFirst(stored: StoredAccount): Promise<boolean> {
    return this.#db.transaction(async (inside) => {
      await inside.query('LOCK TABLE account IN EXCLUSIVE MODE');
      const repository = new AccountsRepository(inside);
      if (!(await repository.none())) return false;
      await repository.insert(stored);
      return true;
    });
  }
}

export function toAccount(row: AccountRow): Account {
  return { username: row.username, displayName: row.display_name, role: row.role, createdAt: row.created_at };
}
