import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { NO_CAPABILITIES, type Camera } from '#contract/cameras.ts';
import { ManualClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import { CameraRegister } from '../../../server/features/cameras/register.ts';
import { openTestDatabase } from '../../helpers/database.ts';

const camera = (id: string): Camera => ({
  ...{ id, hallId: 'h1', name: id, purpose: 'window', onvifUrl: `http://127.0.0.1/${id}`, username: 'admin' },
  ...{ hasPassword: true, manufacturer: '', model: '', firmware: '', serial: id, profiles: [], windowIds: [] },
  ...{ capabilities: NO_CAPABILITIES, place: null, bearing: null, enabled: true, sourceChoice: 'auto' },
});

it('a refusal heard while the database is away is stored when it is back, as it stands then', async () => {
  const { db, close } = await openTestDatabase();
  const clock = new ManualClock(Date.parse('2026-03-09T10:00:00+08:00'));
  const problems = new ProblemBoard(clock);
  const secret = randomBytes(32);
  const register = new CameraRegister({ db, clock, problems, secret, log: silentLogger, onRefusal: () => undefined });
  const storedWords = () => db.query('SELECT refused_words FROM camera ORDER BY id');
  try {
    await db.query(`INSERT INTO region (id, code, name) VALUES ('r1', '330100', '{"zh": "市", "en": "City"}')`);
    await db.query(`INSERT INTO hall (id, region_id, name) VALUES ('h1', 'r1', '{"zh": "厅", "en": "Hall"}')`);
    await register.insert(camera('a'), 'one');
    await register.insert(camera('b'), 'two');

    await db.query('ALTER TABLE camera RENAME TO camera_away');
    register.get('a').guard.refused('401 from a');
    register.get('b').guard.refused('401 from b');
    await register.exclusive(async () => undefined);
    register.get('b').guard.lift();
    await register.exclusive(async () => undefined);
    await db.query('ALTER TABLE camera_away RENAME TO camera');
    expect(await storedWords()).toEqual([{ refused_words: null }, { refused_words: null }]);

    clock.advance(5000);
    await register.exclusive(async () => undefined);
    expect(await storedWords()).toEqual([{ refused_words: '401 from a' }, { refused_words: null }]);
    await register.stop();
  } finally {
    await close();
  }
});
