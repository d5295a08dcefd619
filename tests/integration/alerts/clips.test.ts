import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '#lib/logger.ts';
import { ClipHolds } from '../../../server/features/alerts/clip-holds.ts';
import { Holds } from '../../../server/features/storage/holds.ts';
import { at, hall, minutes } from '../../helpers/hall-fixture.ts';
import { useAlertsStage } from './stage.ts';

const stage = useAlertsStage();
let clips: ClipHolds;

function boot(): ClipHolds {
  const { db, clock, alerts } = stage;
  const holds = new Holds({ db, clock, log: silentLogger });
  const made = new ClipHolds({ alerts, holds, clock, log: silentLogger });
  made.start();
  return made;
}

beforeEach(async () => {
  await stage.base.db.query(`TRUNCATE footage_hold, hall, region CASCADE`);
  await stage.base.db.query(`INSERT INTO region (id, code, name) VALUES ('r', '110101', '{}')`);
  await stage.base.db.query(`INSERT INTO hall (id, region_id, name) VALUES ($1, 'r', '{}')`, [hall.id]);
  await stage.base.db.query(`INSERT INTO camera (id, hall_id, name, purpose) VALUES ('cam-1', $1, 'a', 'window')`, [
    hall.id,
  ]);
  clips = boot();
});
afterEach(() => clips.stop());

const held = () =>
  stage.base.db.query<{ camera: string; from: string; until: string; alert: string }>(
    `SELECT camera_id AS camera, from_at AS from, until_at AS until, subject_id AS alert FROM footage_hold
     WHERE lifted_at IS NULL`,
  );

it('is held from ten seconds before to twenty after, of the cameras that are there, for as long as the alert is open', async () => {
  const { id } = await stage.raised();
  await clips.settled();
  const raisedAt = stage.clock.now();
  const clip = { camera: 'cam-1', from: at(raisedAt - 10_000), until: at(raisedAt + 20_000), alert: id };
  expect(await held()).toEqual([clip]);
  // of another program as well, and once
  await clips.stop();
  clips = boot();
  await clips.settled();
  expect(await held()).toEqual([clip]);
  stage.comeBack();
  stage.clock.advance(minutes(1));
  await clips.settled();
  expect(await held()).toEqual([]);
});

it('is kept where a person confirmed the alert, until somebody calls it a false alarm', async () => {
  const { id } = await stage.raised();
  const close = async (verdict: 'confirmed' | 'false-alarm', revision: number) => {
    await stage.alerts.act(id, { act: 'close', verdict, revision, note: null }, 'li');
    await clips.settled();
  };
  await close('confirmed', 1);
  expect(await held()).toMatchObject([{ alert: id }]);
  await close('false-alarm', 2);
  expect(await held()).toEqual([]);
});

it('is held later where the database was away', async () => {
  stage.away = true;
  await stage.raised();
  await clips.settled();
  stage.away = false;
  stage.clock.advance(30_000);
  await clips.settled();
  expect(await held()).toHaveLength(1);
});
