import { ulid } from 'ulid';
import { expect } from 'vitest';
import type { Database } from '../../../server/db/database.ts';
import { namesIn, type Cities, type City } from '../../helpers/cities.ts';
import { EventCamera } from '../../helpers/event-camera.ts';

/** A caller with a key of its own, which speaks by HTTP; without its key, where that is not given. */
async function caller({ url, root }: Cities, { region, hall, name }: City) {
  const device = `${name}-caller`;
  await root.call('POST', '/api/terminals', { hallId: hall, kind: 'caller', deviceId: device, windowId: 'w01' });
  const { user, key } = await root.call<{ user: string; key: string }>(
    'POST',
    `/api/terminals/${hall}/caller/${device}/key`,
  );
  return {
    /** The status of the answer. */
    async say(event: object, password = key): Promise<number> {
      const envelope = { v: 1, id: ulid(), seq: 0, sid: 's1', ts: new Date().toISOString() };
      const answer = await fetch(`${url}/api/devices/${region}/${hall}/caller/${device}/evt`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` },
        body: JSON.stringify({ ...envelope, ...event }),
      });
      return answer.status;
    },
    leave: () => root.call('DELETE', `/api/terminals/${hall}/caller/${device}`),
  };
}

const opened = { type: 'staff.login', window: 'w01', staff: 'u1' };

/** Somebody speaks in the name of a device, without its key: a problem for who keeps the house. */
export async function comeWithoutKey(cities: Cities, city: City): Promise<void> {
  const device = await caller(cities, city);
  expect(await device.say(opened, 'not its key')).toBe(401);
  await device.leave();
}

/** What both halls were advised before the house began: to open their window. It knows by its record. */
export async function adviseBeforehand(db: Database): Promise<void> {
  for (const [at, { region, hall }] of [namesIn('nanzhou'), namesIn('beihu')].entries()) {
    const name = JSON.stringify({ zh: region, en: region });
    await db.query(`INSERT INTO region (id, code, name) VALUES ($1, $2, $3)`, [region, `99000${at + 1}`, name]);
    await db.query(`INSERT INTO hall (id, region_id, name) VALUES ($1, $2, $3)`, [hall, region, name]);
    await db.query(
      `INSERT INTO advice (id, hall_id, given_at, horizon_at, kind, window_id, queue_id, because, peaks, seed, runs)
       VALUES ($1, $2, now(), now() + interval '1 hour', 'open', 'w01', 'q', $3, '[]', 1, 1)`,
      [ulid(), hall, JSON.stringify({ waiting: 9, longestSec: 600, staffedWindows: 0, load: 1 })],
    );
  }
}

/** The window that a hall was advised to open is opened. */
export async function followAdvice(cities: Cities, city: City): Promise<void> {
  const device = await caller(cities, city);
  expect(await device.say(opened)).toBe(204);
  await device.leave();
}

/** The city's camera turns out to speak ONVIF, and notices that something moves. */
export async function noticeMotion({ root }: Cities, { camera }: City): Promise<void> {
  const device = new EventCamera({ serial: camera });
  await device.odd.start();
  await root.call('PATCH', `/api/cameras/${camera}`, { onvifUrl: device.odd.onvifUrl });
  await expect.poll(() => device.open.size, { message: `${camera} is listened to` }).toBe(1);
  device.say('tns1:VideoSource/MotionAlarm', false, 'Initialized');
  device.say('tns1:VideoSource/MotionAlarm', true);
  const written = () => root.call<unknown[]>('GET', `/api/cameras/${camera}/events`);
  await expect.poll(written, { timeout: 5000, message: `${camera} is heard` }).not.toEqual([]);
  await device.odd.stop();
}
