import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Camera } from '#contract/cameras.ts';
import { silentLogger as log } from '#lib/logger.ts';
import { CardFootageKeeper } from '../../../server/features/cases/cards/card-footage.ts';
import { Holds } from '../../../server/features/storage/holds.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { at, iso, openCaseStage, type CaseStage } from './stage.ts';

/** Two cameras at a window and one elsewhere, recorded by files of a minute; one case by its window, one by its ticket. */
let base: TestDatabase;
let stage: CaseStage;
let keeper: CardFootageKeeper;
let holds: Holds;
const RUN = '01JP0000000000000000000000';
const sees = (id: string, windowId: string) => ({ id, hallId: 'hall-a', windowIds: [windowId] }) as Camera;

beforeAll(async () => {
  base = await openTestDatabase();
  stage = await openCaseStage(base);
  const { db } = base;
  for (const id of ['face', 'desk', 'elsewhere'])
    await db.query(`INSERT INTO camera (id, hall_id, name, purpose) VALUES ($1, 'hall-a', $1, 'window')`, [id]);
  await db.query(
    `INSERT INTO footage_segment (camera_id, role, started_at, ended_at, run_id, number, volume_id, bytes, frames, init_bytes,
       start_ticks, end_cause, sha256, chain_no, chain)
     SELECT camera, 'main', $1::timestamptz + n * interval '1 min', $1::timestamptz + (n + 1) * interval '1 min', $2, n, 'disk', 1000,
       1500, 800, 0, 'full', sha256((camera || n)::bytea), n, '\\x00'
     FROM unnest('{face,elsewhere}'::text[]) AS camera, generate_series(0, 59) AS n`,
    [at('03-09 09:00'), RUN],
  );
  const said = { 'ticket.called': '09:40', 'ticket.started': '09:41', 'ticket.completed': '09:43' };
  for (const [seq, [type, time]] of Object.entries(said).entries())
    await db.query(
      `INSERT INTO terminal_event (occurred_at, received_at, at, event_id, hall_id, kind, device_id, channel, type, session_id, seq,
         window_id, ticket_id, payload, backfilled, misdated)
       VALUES ($1, $1, $1, $2, 'hall-a', 'caller', 'c1', 'evt', $3, 's', $4, 'w01', 't1', '{}', false, false)`,
      [at(`03-09 ${time}`), `E${seq}`, type, seq],
    );
  holds = new Holds({ db, clock: stage.clock, log });
  const cameras = { list: () => [sees('face', 'w01'), sees('desk', 'w01'), sees('elsewhere', 'w02')] };
  keeper = new CardFootageKeeper({ db, clock: stage.clock, log, cards: stage.cases.cards, cameras, holds });
  keeper.start();
  const row = { revision: 1, item: 'invoice', acceptedAt: at('03-09 09:30') };
  await stage.receipt([
    { ...row, number: 'window', window: 'w01' },
    { ...row, number: 'ticket', ticket: 't1' },
    { ...row, number: 'neither' },
  ]);
  stage.clock.advance(Date.parse(at('03-16 17:01')) - stage.clock.now());
  await stage.cases.due.settled();
});
afterAll(async () => {
  await keeper.stop();
  await stage.close();
  await base.close();
});

const cardOf = async (number: string) => {
  const { cards } = await stage.cases.cards.list({ limit: 10 }, null);
  return cards.find(({ caseNumber }) => caseNumber === number)!;
};
async function act(number: string, name: 'issue' | 'revoke' | 'confirm-revoke', by = 'li') {
  const { id, acts } = await cardOf(number);
  await stage.cases.cards.act(id, { act: name, seen: acts, note: 'words' }, by);
  await keeper.settled();
  return id;
}
const kept = async (id: string) =>
  (await keeper.of(id)).map(({ cameraId, from, until, segments }) => [
    cameraId,
    from,
    until,
    segments.map(({ number }) => number),
  ]);

it('keeps nothing of a card that nobody has issued', async () => {
  await keeper.settled();
  expect(await keeper.of((await cardOf('window')).id)).toEqual([]);
});

it('holds what the cameras of the window saw around the acceptance, and keeps the hashes of its files', async () => {
  const id = await act('window', 'issue');
  const span = ['2026-03-09T01:29:50.000Z', '2026-03-09T01:30:20.000Z'];
  expect(await kept(id)).toEqual([
    ['desk', ...span, []],
    ['face', ...span, [29, 30]],
  ]);
  const [row] = await base.db.query<{ sha: string }>(`SELECT encode(sha256('face30'::bytea), 'hex') AS sha`);
  expect((await keeper.of(id))[1]!.segments[1]).toMatchObject({ run: RUN, sha256: row!.sha });
  const held = (await holds.list(null)).filter(({ subjectId }) => subjectId === id);
  expect(held.map(({ cameraId, subject, placedBy }) => [cameraId, subject, placedBy]).sort()).toEqual([
    ['desk', 'card', 'hallwatch'],
    ['face', 'card', 'hallwatch'],
  ]);
});

it('follows the ticket from its call to its end where the case names one, and finds nothing where it names nothing', async () => {
  expect(await kept(await act('ticket', 'issue'))).toEqual([
    ['desk', iso('03-09 09:40'), iso('03-09 09:43'), []],
    ['face', iso('03-09 09:40'), iso('03-09 09:43'), [40, 41, 42]],
  ]);
  expect(await kept(await act('neither', 'issue'))).toEqual([]);
});

it('holds the footage of a revoked card no longer, and still knows what it was', async () => {
  await act('window', 'revoke');
  const id = await act('window', 'confirm-revoke', 'wang');
  expect(await holds.of('card', id, 'hallwatch')).toEqual([]);
  expect(await keeper.of(id)).toHaveLength(2);
  expect(await holds.of('card', (await cardOf('ticket')).id, 'hallwatch')).toHaveLength(2);
});
