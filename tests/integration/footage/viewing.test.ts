import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ViewingPolicy } from '#contract/viewing.ts';
import { ManualClock } from '#lib/clock.ts';
import { LiveReasons } from '../../../server/features/footage/live-reasons.ts';
import { Viewing } from '../../../server/features/footage/viewing.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';

const purposes = { liveReason: ['window'], watermark: ['back-office'] } satisfies Partial<ViewingPolicy>;
const NOW = Date.parse('2026-03-09T02:00:00Z');
const day = (text: string) => ({ from: Date.parse(`${text}T08:00:00Z`), until: Date.parse(`${text}T09:00:00Z`) });

let base: TestDatabase;
const clock = new ManualClock(NOW);
let viewing: Viewing;
beforeAll(async () => {
  base = await openTestDatabase();
  viewing = new Viewing({ db: base.db, clock });
  await viewing.start();
});
afterAll(() => base.close());

const refused = (session: string | null, span: { from: number; until: number }) => {
  try {
    viewing.mustHaveReason(session, span);
    return null;
  } catch (error) {
    return (error as { code: string; details: unknown }).details;
  }
};

it('asks for nothing where the policy says nothing', () => {
  expect(refused('s1', day('2020-01-01'))).toBeNull();
  expect(() => viewing.mustSayWhy('', 's1', day('2026-03-08'))).not.toThrow();
});

it('asks once for a day of old footage, and whoever else opens it again', async () => {
  await viewing.setPolicy({ exportReason: true, oldFootageDays: 7, ...purposes });
  expect(refused('s1', day('2026-03-08'))).toBeNull();
  const days = { from: '2026-02-20T00:00:00.000Z', until: '2026-02-21T00:00:00.000Z' };
  expect(refused('s1', day('2026-02-20'))).toEqual(days);
  viewing.give('s1', day('2026-02-20'), 'complaint 17');
  expect(refused('s1', day('2026-02-20'))).toBeNull();
  expect(viewing.reasonOf('s1', day('2026-02-20').from)).toBe('complaint 17');
  expect(refused('s1', day('2026-02-21'))).not.toBeNull();
  expect(refused('s2', day('2026-02-20'))).toEqual(days);
  expect(refused(null, day('2026-02-20'))).toEqual(days);
  viewing.forget('s1');
  expect(refused('s1', day('2026-02-20'))).toEqual(days);
});

it('keeps the reasons of a session to a bound, and what goes beyond it changes nothing', () => {
  const years = { from: Date.parse('2020-01-01T00:00:00Z'), until: Date.parse('2021-12-31T00:00:00Z') };
  expect(() => viewing.give('s3', years, 'everything')).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }));
  expect(viewing.reasonOf('s3', years.from)).toBeNull();
  viewing.give('s3', day('2026-02-20'), 'complaint 17');
  expect(() => viewing.give('s3', years, 'everything')).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }));
  expect(viewing.reasonOf('s3', years.from)).toBeNull();
});

it('asks for what is old in a span that is not old as a whole, and for exports', () => {
  const span = { from: Date.parse('2026-03-01T00:00:00Z'), until: NOW };
  expect(refused('s1', span)).toEqual({ from: '2026-03-01T00:00:00.000Z', until: '2026-03-03T00:00:00.000Z' });
  expect(() => viewing.mustSayWhy('', 's1', day('2026-03-08'))).toThrow(
    expect.objectContaining({ code: 'REASON_REQUIRED' }),
  );
  expect(() => viewing.mustSayWhy('complaint 17', 's1', day('2026-03-08'))).not.toThrow();
});

it('is kept', async () => {
  const after = new Viewing({ db: base.db, clock: new ManualClock(NOW) });
  await after.start();
  expect(after.policy).toEqual({ exportReason: true, oldFootageDays: 7, ...purposes });
});

it('opens live pictures of the cameras that a reason was given for, for a shift', async () => {
  await base.db.query("INSERT INTO account (username, display_name, password_hash) VALUES ('lin', 'Lin', 'x')");
  await base.db.query(
    `INSERT INTO session (token_hash, username, created_at, last_used_at, expires_at, confirmed_at)
     VALUES ('\\x5e', 'lin', now(), now(), now(), now())`,
  );
  const open = async () => {
    const reasons = new LiveReasons({ db: base.db, clock, policy: () => viewing.policy });
    await reasons.start();
    return reasons;
  };
  const reasons = await open();
  expect([reasons.isAsked('window'), reasons.isAsked('public-area'), reasons.isAsked(undefined)]).toEqual([
    ...[true, false, false],
  ]);
  expect(reasons.reasonOf('5e', 'cam-1')).toBeNull();
  await reasons.give('5e', { cameraIds: ['cam-1', 'cam-2', 'cam-1'], reason: 'complaint 17' });
  await reasons.give('5e', { cameraIds: ['cam-2'], reason: 'complaint 18' });
  const said = (of: LiveReasons) => ['cam-1', 'cam-2', 'cam-3'].map((id) => of.reasonOf('5e', id));
  expect(said(reasons)).toEqual(['complaint 17', 'complaint 18', null]);
  expect(reasons.reasonOf('5f', 'cam-1')).toBeNull();
  expect(said(await open())).toEqual(said(reasons));
  clock.advance(12 * 3600_000);
  expect(said(reasons)).toEqual([null, null, null]);
  await base.db.query('DELETE FROM session');
  expect(await base.db.query('SELECT * FROM live_reason')).toEqual([]);
});
