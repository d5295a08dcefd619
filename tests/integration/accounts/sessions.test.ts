import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Account } from '#contract/accounts.ts';
import { AppError } from '#lib/app-error.ts';
import { ManualClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import type { Database } from '../../../server/db/database.ts';
import { SESSION_IDLE_MS, SESSION_MAX_MS, Sessions } from '../../../server/features/accounts/sessions.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';

const HOUR = 3600_000;
const from = { address: '192.0.2.7', agent: 'Firefox' };
const account: Account = {
  username: 'li',
  displayName: 'Li',
  createdAt: '2026-03-09T02:00:00.000Z',
};

describe('sessions', () => {
  let base: TestDatabase;
  let clock: ManualClock;
  let queries: number;
  let away: boolean;
  let sessions: Sessions;

  /** The real database, of which the test knows how often it was asked, and which it can take away. */
  const db: Database = {
    query(text, values) {
      queries += 1;
      if (away) throw new AppError('DATABASE_UNREACHABLE');
      return base.db.query(text, values);
    },
    transaction: (work) => base.db.transaction(work),
  };

  beforeAll(async () => {
    base = await openTestDatabase();
    await base.db.query(
      `INSERT INTO account (username, display_name, password_hash, created_at)
       VALUES ('li', 'Li', '-', $1)`,
      [account.createdAt],
    );
  });
  afterAll(() => base.close());
  beforeEach(async () => {
    await base.db.query('DELETE FROM session');
    clock = new ManualClock(Date.parse('2026-03-09T02:00:00Z'));
    queries = 0;
    away = false;
    sessions = new Sessions({ db, clock, log: silentLogger });
  });

  it('are found by their token alone', async () => {
    const token = await sessions.open(account, from);
    expect((await sessions.find(token))?.account).toEqual(account);
    expect(await sessions.find(`${token}x`)).toBeNull();
    expect(await sessions.find('')).toBeNull();
  });

  it('outlive a restart', async () => {
    const token = await sessions.open(account, from);
    const after = new Sessions({ db, clock, log: silentLogger });
    expect((await after.find(token))?.account).toEqual(account);
  });

  it('ask the database once a minute', async () => {
    const token = await sessions.open(account, from);
    queries = 0;
    for (let second = 0; second < 120; second++) {
      clock.advance(1000);
      await sessions.find(token);
    }
    expect(queries).toBe(2);
  });

  it('end when they are not used for twelve hours', async () => {
    const token = await sessions.open(account, from);
    clock.advance(SESSION_IDLE_MS - 1);
    expect(await sessions.find(token)).not.toBeNull();
    clock.advance(SESSION_IDLE_MS);
    expect(await sessions.find(token)).toBeNull();
  });

  it('end after a week however much they are used', async () => {
    const token = await sessions.open(account, from);
    for (let used = HOUR; used < SESSION_MAX_MS; used += HOUR) {
      clock.advance(HOUR);
      expect(await sessions.find(token)).not.toBeNull();
    }
    clock.advance(HOUR);
    expect(await sessions.find(token)).toBeNull();
  });

  it('are used by an open wall', async () => {
    const token = await sessions.open(account, from);
    const { id } = (await sessions.find(token))!;
    const ended: string[] = [];
    sessions.ended.on((session) => ended.push(session));
    for (let hours = 0; hours < 20; hours++) {
      clock.advance(HOUR);
      await sessions.renew([id]);
    }
    expect(ended).toEqual([]);
    await base.db.query('DELETE FROM session');
    await sessions.renew([id]);
    expect(ended).toEqual([id]);
  });

  it('go on from memory while the database is away, and not longer than they would', async () => {
    const token = await sessions.open(account, from);
    away = true;
    clock.advance(2 * HOUR);
    expect((await sessions.find(token))?.account).toEqual(account);
    clock.advance(SESSION_IDLE_MS);
    await expect(sessions.find(token)).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });
    await expect(sessions.find('someone else')).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });
  });

  it('are noticed within a minute when they were ended elsewhere', async () => {
    const token = await sessions.open(account, from);
    const { id } = (await sessions.find(token))!;
    const ended: string[] = [];
    sessions.ended.on((session) => ended.push(session));
    await base.db.query('DELETE FROM session');
    clock.advance(60_000);
    expect(await sessions.find(token)).toBeNull();
    expect(ended).toEqual([id]);
  });

  it('stay ended though a question about them was under way', async () => {
    const token = await sessions.open(account, from);
    clock.advance(2 * 60_000);
    const asked = sessions.find(token);
    const closed = sessions.close(token);
    await Promise.all([asked, closed]);
    expect(await sessions.find(token)).toBeNull();
  });

  it('are swept away when they are over, and their sockets with them', async () => {
    await sessions.open(account, from);
    clock.advance(11 * HOUR);
    const young = await sessions.open(account, from);
    await sessions.start();
    const swept = new Promise<string>((resolve) => sessions.ended.on(resolve));
    clock.advance(2 * HOUR);
    await swept;
    sessions.stop();
    expect(await base.db.query('SELECT FROM session')).toHaveLength(1);
    expect(await sessions.find(young)).not.toBeNull();
  });
});
